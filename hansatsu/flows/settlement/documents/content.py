"""What a statement says, once for all its forms: page, PDF, xlsx, CSV, API, webhook.

The amounts are those that the closing wrote down; nothing is computed anew. Words are in the active
language; files are made in Japanese.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from django.db.models import prefetch_related_objects
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, npgettext

from hansatsu.flows.settlement.leaf import digits_of
from hansatsu.flows.settlement.models import (
    BEGINNING,
    AdjustmentKind,
    AdjustmentLine,
    LineKind,
    Statement,
    StatementLine,
)
from hansatsu.formats.japan import in_japan
from hansatsu.parties.issuers.models import Issuer
from hansatsu.parties.issuers.site_pages import site_page

FigureKind = Literal["opening", "payment", "refund", "adjustment", "fee", "on_demand", "tax"]

RETURN_INVOICE_FROM = 10_000
"""Yen with tax from which a fee that is given back needs a 適格返還請求書
(消費税法施行令 70の9)."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A term of the sum that ends in what is paid.

    Attributes:
        kind: what it is.
        label: in words; ``name`` is the bare name of the emoney or fee class in it.
        detail: how it comes about; empty when the label says it all.
        count: of payments or refunds; None for what is not counted.
        amount: yen, signed as it is added: what lowers the payout is negative.
        base: of a fee, the yen that it is taken of.
        line: the id of the statement's line; None for carry and tax.
        payment_number: of an adjustment, the 決済ID of the payment meant; mostly empty.
        rate: of a fee or tax, in basis points.
        fixed: of a fee, yen a payment.
    """

    kind: FigureKind
    label: str
    amount: int
    name: str = ""
    detail: str = ""
    count: int | None = None
    base: int = 0
    line: int | None = None
    payment_number: str = ""
    rate: int = 0
    fixed: int = 0

    @property
    def has_payments(self) -> bool:
        """True when entries of the ledger add up to it."""
        return self.kind in ("payment", "refund")


@dataclass(frozen=True, slots=True)
class StatementContent:
    """A statement. ``figures`` add up to ``payout`` + ``carry``, in yen.

    Attributes:
        number: as it is printed, ``0012-S0001``.
        first_day: the first day in Japan that it tells of; None for a shop's first statement, which
            tells of all that was before.
        last_day: the last day.
        payments: yen, in ``payment_count`` payments, whatever emoneys each used.
        payout: what is paid on or about ``pay_on``.
        carry: what goes into the next statement; never positive.
        account: where it is paid, masked; empty without an account.
        registration_number: of the issuer's qualified invoices; empty without one.
        issued_on: the day on which the closing was made.
        leaf: by which it is proved to stand in its closing.
    """

    statement_id: int
    number: str
    closing_number: int
    is_on_demand: bool
    issuer: Issuer
    shop_code: str
    shop_name: str
    shop_address: str
    starts_at: datetime
    ends_at: datetime
    first_day: date | None
    last_day: date
    figures: tuple[Figure, ...]
    opening: int
    payments: int
    payment_count: int
    refunds: int
    refund_count: int
    adjustments: int
    fee: int
    tax: int
    tax_rate: int
    payout: int
    carry: int
    pay_on: date
    account: str
    registration_number: str
    issued_on: date
    leaf: bytes

    @property
    def digits(self) -> str:
        """The leaf as people read it out."""
        return digits_of(self.leaf)

    @property
    def proof_address(self) -> str:
        """Where anybody sees that it stands in its closing."""
        return site_page(self.issuer, f"books/closings/{self.closing_number}/{self.leaf.hex()}/")

    @property
    def net(self) -> int:
        """What is paid, or owed by the shop when negative, in yen."""
        return self.payout + self.carry

    @property
    def fee_with_tax(self) -> int:
        """In yen; negative when more was given back than charged."""
        return self.fee + self.tax

    @property
    def invoice(self) -> Literal["", "invoice", "return"]:
        """What it is to the tax office besides: a qualified invoice of the fee, or one of a fee
        that is given back."""
        if not self.registration_number or not self.fee:
            return ""
        if self.fee > 0:
            return "invoice"
        return "return" if -self.fee_with_tax >= RETURN_INVOICE_FROM else ""


def content_of(statement: Statement) -> StatementContent:
    """What ``statement`` says."""
    return contents_of([statement])[0]


def contents_of(statements: Sequence[Statement]) -> list[StatementContent]:
    """What each of ``statements`` says, read in a handful of statements of SQL."""
    prefetch_related_objects(
        statements, "closing", "shop__issuer", "lines__emoney", "lines__fee_class"
    )
    lines = [line for each in statements for line in each.lines.all()]
    adjusted = AdjustmentLine.objects.select_related("adjustment").in_bulk(
        [line.about for line in lines if line.kind == LineKind.ADJUSTMENT]
    )
    return [_content(each, adjusted) for each in statements]


def percent(basis_points: int) -> str:
    """``150`` as 1.5%."""
    whole, rest = divmod(basis_points, 100)
    return f"{whole}.{rest:02}".rstrip("0").rstrip(".") + "%"


def _content(statement: Statement, adjusted: dict[int, AdjustmentLine]) -> StatementContent:
    closing, shop = statement.closing, statement.shop
    start = statement.starts_at
    return StatementContent(
        statement_id=statement.pk,
        number=statement.number,
        closing_number=closing.number,
        is_on_demand=closing.kind == "on_demand",
        issuer=shop.issuer,
        shop_code=shop.code,
        shop_name=shop.name,
        shop_address=shop.address,
        starts_at=start,
        ends_at=statement.ends_at,
        first_day=None if start == BEGINNING else in_japan(start).date(),
        last_day=closing.last_day,
        figures=tuple(_figures(statement, adjusted)),
        opening=statement.opening,
        payments=statement.payments,
        payment_count=statement.payment_count,
        refunds=statement.refunds,
        refund_count=statement.refund_count,
        adjustments=statement.adjustments,
        fee=statement.fee,
        tax=statement.tax,
        tax_rate=statement.tax_rate,
        payout=statement.payout,
        carry=statement.carry,
        pay_on=closing.pay_on,
        account=statement.account,
        registration_number=closing.registration_number,
        issued_on=in_japan(closing.made_at).date(),
        leaf=bytes(statement.leaf),
    )


def _figures(statement: Statement, adjusted: dict[int, AdjustmentLine]) -> Iterable[Figure]:
    if statement.opening:
        yield Figure("opening", _("前回からの繰越"), statement.opening)
    for line in statement.lines.all():
        match line.kind:
            case LineKind.PAYMENT | LineKind.REFUND:
                yield _money(line)
            case LineKind.ADJUSTMENT:
                yield _adjustment(line, adjusted[line.about or 0])
            case _:
                yield _fee(line)
    if statement.tax:
        label = _("手数料の消費税(%(rate)s)") % {"rate": percent(statement.tax_rate)}
        yield Figure("tax", label, -statement.tax, rate=statement.tax_rate)


def _money(line: StatementLine) -> Figure:
    assert line.emoney is not None
    is_payment = line.kind == LineKind.PAYMENT
    name = line.emoney.local_name
    label = (_("決済 %(emoney)s") if is_payment else _("返金 %(emoney)s")) % {"emoney": name}
    return Figure(
        kind="payment" if is_payment else "refund",
        label=label,
        name=name,
        detail=_counted(line.count) if is_payment else _refunds_counted(line.count),
        count=line.count,
        amount=line.amount if is_payment else -line.amount,
        line=line.pk,
    )


def _adjustment(line: StatementLine, about: AdjustmentLine) -> Figure:
    adjustment = about.adjustment
    words = {
        AdjustmentKind.WRONG_SHOP: _("店舗の取り違え"),
        AdjustmentKind.GOODWILL: _("調整"),
        AdjustmentKind.COLLECTED: _("未収の回収"),
        AdjustmentKind.WRITTEN_OFF: _("未収の償却"),
    }
    return Figure(
        kind="adjustment",
        label=words[AdjustmentKind(adjustment.kind)],
        detail=adjustment.reason,
        amount=line.amount,
        line=line.pk,
        payment_number=adjustment.payment_number,
    )


def _fee(line: StatementLine) -> Figure:
    fee_class = line.fee_class
    assert fee_class is not None
    is_on_demand = line.kind == LineKind.ON_DEMAND
    label = _("随時払いの手数料 %(name)s") if is_on_demand else _("手数料 %(name)s")
    parts = []
    if fee_class.basis_points:
        base = _("%(base)s円の%(rate)s")
        rate = percent(fee_class.basis_points)
        parts.append(base % {"base": f"{line.base:,}", "rate": rate})
    if fee_class.fixed:
        times = _("%(fixed)s円×%(count)s")
        parts.append(times % {"fixed": f"{fee_class.fixed:,}", "count": _counted(line.count)})
    return Figure(
        kind="on_demand" if is_on_demand else "fee",
        label=label % {"name": fee_class.name},
        name=fee_class.name,
        detail=" + ".join(parts),
        count=line.count,
        amount=-line.amount,
        base=line.base,
        line=line.pk,
        rate=fee_class.basis_points,
        fixed=fee_class.fixed,
    )


def _counted(count: int) -> str:
    return ngettext("%(count)s件", "%(count)s件", count) % {"count": f"{count:,}"}


def _refunds_counted(count: int) -> str:
    words = npgettext("refunds", "%(count)s件", "%(count)s件", count)
    return words % {"count": f"{count:,}"}
