"""Closings, made by hand: statements of what the ledger has, without cuts and without waiting for
midnight."""

import hashlib
import secrets
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from hansatsu.database.connections import ledger_connection
from hansatsu.flows.settlement.models import (
    BEGINNING,
    Adjustment,
    AdjustmentKind,
    AdjustmentLine,
    Closing,
    ClosingKind,
    FeeClass,
    LineKind,
    Payable,
    Statement,
    StatementLine,
)
from hansatsu.formats.japan import in_japan, start_of
from hansatsu.ledger import api as ledger
from hansatsu.parties import clock
from hansatsu.parties.identity.models import Staff
from hansatsu.parties.issuers.models import Issuer
from hansatsu.parties.shops.models import Shop
from hansatsu.parties.staff.two_people import ProposalState, proposed_now

TAX_RATE = 1_000
"""Basis points."""


@dataclass(frozen=True, slots=True)
class Terms:
    """How a closing settles.

    Attributes:
        fee: the class that all that was taken pays by; None for no fee.
        adjusted: approved adjustment lines, by shop.
        account: of the shops, masked.
        pay_on: the payout day; a month after the cut when None.
        registration_number: of the issuer's qualified invoices.
    """

    fee: FeeClass | None = None
    adjusted: Mapping[int, Sequence[AdjustmentLine]] = field(default_factory=dict)
    account: str = "みずほ銀行 本店 普通 ****567"
    pay_on: date | None = None
    registration_number: str = ""


def tonight() -> datetime:
    """The next midnight in Japan: a closing up to it holds all that tests have paid."""
    return start_of(in_japan(clock.now()).date() + timedelta(days=1))


def close(
    issuer: Issuer,
    until: datetime | None = None,
    *,
    shops: Sequence[Shop] | None = None,
    terms: Terms | None = None,
    kind: ClosingKind = ClosingKind.REGULAR,
) -> Closing:
    """A closing of all shops (or of ``shops``) up to ``until``, a midnight in Japan."""
    until, terms = until or tonight(), terms or Terms()
    wanted = shops if shops is not None else list(Shop.objects.of(issuer).order_by("pk"))
    with transaction.atomic():
        drafts = [_drafted(shop, until, terms) for shop in wanted]
        closing = _closing(issuer, until, kind, terms, [statement for statement, _ in drafts])
        for statement, lines in drafts:
            _save(closing, statement, lines)
    return closing


def adjustment(
    shop: Shop, yen: int, proposed_by: Staff, approved_by: Staff, **fields: Any
) -> AdjustmentLine:
    """An adjustment that two people decided, and no statement has taken yet."""
    values = {"kind": AdjustmentKind.GOODWILL, "key": secrets.token_hex(8)} | fields
    reason = values.pop("reason", "端末の不具合のおわび")
    made = Adjustment.objects.create(
        issuer=shop.issuer, **proposed_now(proposed_by, reason), **values
    )
    Adjustment.objects.filter(pk=made.pk).update(
        state=ProposalState.APPROVED, decided_by=approved_by, decided_at=clock.now()
    )
    return AdjustmentLine.objects.create(issuer=shop.issuer, adjustment=made, shop=shop, yen=yen)


def statement_of(closing: Closing, shop: Shop) -> Statement:
    """What the closing says to the shop."""
    return closing.statements.select_related("closing", "shop__issuer").get(shop=shop)


def _drafted(shop: Shop, until: datetime, terms: Terms) -> tuple[Statement, list[StatementLine]]:
    last = Statement.objects.filter(shop=shop).order_by("ends_at").last()
    since = last.ends_at if last else BEGINNING
    rows = ledger.shop_rows(ledger_connection(), shop.issuer_id, shop.pk, since=since, until=until)
    paid, back = ([row for row in rows if row.kind == kind] for kind in ("payment", "refund"))
    adjusted = terms.adjusted.get(shop.pk, ())
    lines = [*_money(LineKind.PAYMENT, paid), *_money(LineKind.REFUND, back)]
    lines += [
        StatementLine(kind=LineKind.ADJUSTMENT, about=line.pk, amount=line.yen) for line in adjusted
    ]
    net, count = sum(row.amount for row in rows), len(paid)
    if terms.fee is not None:
        fee = net * terms.fee.basis_points // 10_000 + terms.fee.fixed * count
        lines.append(
            StatementLine(kind=LineKind.FEE, fee_class=terms.fee, base=net, count=count, amount=fee)
        )
    fee = sum(line.amount for line in lines if line.kind == LineKind.FEE)
    tax = fee * TAX_RATE // 10_000
    opening = last.carry if last else 0
    left = opening + net + sum(line.yen for line in adjusted) - fee - tax
    statement = Statement(
        issuer_id=shop.issuer_id,
        shop=shop,
        starts_at=since,
        ends_at=until,
        opening=opening,
        payments=sum(row.amount for row in paid),
        payment_count=count,
        refunds=-sum(row.amount for row in back),
        refund_count=len(back),
        adjustments=sum(line.yen for line in adjusted),
        fee=fee,
        tax=tax,
        tax_rate=TAX_RATE,
        payout=max(0, left),
        carry=min(0, left),
        account=terms.account,
        salt=secrets.token_bytes(16),
        leaf=secrets.token_bytes(32),
    )
    return statement, lines


def _money(kind: LineKind, rows: Sequence[ledger.ShopRow]) -> list[StatementLine]:
    amounts: Counter[int] = Counter()
    counts: Counter[int] = Counter()
    for row in rows:
        for emoney, amount in zip(row.emoneys, row.amounts, strict=True):
            amounts[emoney] += abs(amount)
            counts[emoney] += 1
    return [
        StatementLine(
            kind=kind, emoney_id=pk, count=counts[pk], base=amounts[pk], amount=amounts[pk]
        )
        for pk in sorted(amounts)
    ]


def _closing(
    issuer: Issuer, until: datetime, kind: ClosingKind, terms: Terms, drafts: Sequence[Statement]
) -> Closing:
    before = Closing.objects.of(issuer).order_by("number").last()
    last_day = in_japan(until).date() - timedelta(days=1)
    pay_on = terms.pay_on or last_day + timedelta(days=31)
    sums = ("opening", "payments", "payment_count", "refunds", "refund_count", "adjustments")
    sums += ("fee", "tax", "payout", "carry")
    return Closing.objects.create(
        issuer=issuer,
        number=before.number + 1 if before else 1,
        kind=kind,
        cut_at=until,
        period_start=last_day.replace(day=1),
        last_day=last_day,
        pay_on=pay_on,
        hand_in_by=pay_on - timedelta(days=2),
        made_at=clock.now(),
        made_by="system",
        statement_count=len(drafts),
        root=hashlib.sha256(b"".join(bytes(each.leaf) for each in drafts)).digest(),
        previous_hash=bytes(before.hash) if before else bytes(32),
        hash=secrets.token_bytes(32),
        registration_number=terms.registration_number,
        **{name: sum(getattr(each, name) for each in drafts) for name in sums},
    )


def _save(closing: Closing, statement: Statement, lines: Sequence[StatementLine]) -> None:
    statement.closing = closing
    statement.save()
    for line in lines:
        line.issuer_id, line.statement = closing.issuer_id, statement
    StatementLine.objects.bulk_create(lines)
    taken = [line.about for line in lines if line.kind == LineKind.ADJUSTMENT]
    AdjustmentLine.objects.filter(pk__in=taken).update(statement=statement)
    if statement.payout:
        Payable.objects.create(
            issuer_id=closing.issuer_id,
            statement=statement,
            shop_id=statement.shop_id,
            yen=statement.payout,
            due_on=closing.pay_on,
        )
