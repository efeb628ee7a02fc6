"""What a code holds, as the resident sees it before and after taking it."""

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal

from hansatsu.database.connections import ledger_connection
from hansatsu.flows.redemption.lookup import Found
from hansatsu.formats.japan import in_japan, last_day
from hansatsu.ledger import api as ledger
from hansatsu.parties import clock
from hansatsu.parties.cards.models import Card, CardState
from hansatsu.parties.gifts.expiry import Expiry
from hansatsu.parties.gifts.models import GiftCode, GiftState
from hansatsu.parties.identity.models import Resident
from hansatsu.parties.issuers.models import Issuer
from hansatsu.parties.programs.selectors import emoney_names

Standing = Literal[
    "open", "taken", "gone", "not_yet", "too_late", "expired", "stopped", "empty", "not_allowed"
]
"""``taken``: by this very resident. ``gone``: void, or somebody else's. ``stopped``: a card that is
frozen. ``not_allowed``: the issuer's cards stay cards."""


@dataclass(frozen=True, slots=True)
class OfferLine:
    """Yen of one emoney, with the last day in Japan on which it can be spent (None: なし)."""

    emoney_id: int
    emoney: str
    amount: int
    expires_on: date | None


@dataclass(frozen=True, slots=True)
class Offer:
    """A gift code or a card.

    Attributes:
        kind: which of the two.
        standing: whether it can be taken now, or why not.
        lines: what is in it; once this resident took it, what came into the wallet.
        months: how many months it lives from the taking; None when not counted so.
        takeable_from: when taking begins, in Japan; None for cards.
        takeable_on: the last day for taking, in Japan; None without one.
        taken_at: when this resident took it, in Japan.
    """

    kind: Literal["gift", "card"]
    standing: Standing
    lines: tuple[OfferLine, ...] = ()
    months: int | None = None
    takeable_from: datetime | None = None
    takeable_on: date | None = None
    taken_at: datetime | None = None

    @property
    def total(self) -> int:
        """Yen in all."""
        return sum(line.amount for line in self.lines)


def offer(resident: Resident, found: Found) -> Offer:
    """What ``found`` is to this resident now. Changes nothing."""
    if found.kind == "gift":
        seen = gift_offer(resident, GiftCode.objects.of(resident.issuer).get(pk=found.id))
    else:
        seen = card_offer(resident, Card.objects.of(resident.issuer).get(pk=found.id))
    if seen.standing == "taken":
        return replace(seen, lines=_lines_taken(resident.issuer, found), months=None)
    return seen


def gift_offer(resident: Resident, gift: GiftCode) -> Offer:
    """What a gift code is to this resident now."""
    batch, now = gift.batch, clock.now()
    expiry = Expiry.of(batch)
    names = emoney_names(gift.issuer)
    expires_on = expiry.last_day(in_japan(now).date())
    return Offer(
        kind="gift",
        standing=_gift_standing(resident, gift, now),
        lines=tuple(
            OfferLine(each.emoney_id, names[each.emoney_id], each.amount, expires_on)
            for each in batch.values.all()
        ),
        months=expiry.after,
        takeable_from=in_japan(batch.takeable_from),
        takeable_on=last_day(batch.takeable_until),
        taken_at=in_japan(gift.taken_at) if gift.taken_at else None,
    )


def card_offer(resident: Resident, card: Card) -> Offer:
    """What a card is to this resident now."""
    lines = _card_lines(card.issuer, card)
    return Offer(
        kind="card",
        standing=_card_standing(resident, card, has_value=bool(lines)),
        lines=lines,
        taken_at=in_japan(card.taken_at) if card.taken_at else None,
    )


def request_of(found: Found, *content: object) -> ledger.Request:
    """The ledger's request for taking: it is the code's, the same for all who ask."""
    return ledger.Request.of(f"{found.kind}:{found.id}", "take", *content)


def _lines_taken(issuer: Issuer, found: Found) -> tuple[OfferLine, ...]:
    connection, names = ledger_connection(), emoney_names(issuer)
    request = request_of(found)
    done = ledger.find_request(connection, request.actor, request.key)
    if done is None or done.wallet_id is None or done.seq is None:
        raise LookupError(f"{request.actor} is taken, but the ledger knows nothing of it")
    entry = ledger.entry(connection, issuer.pk, done.wallet_id, done.seq)
    return tuple(
        OfferLine(each.emoney_id, names[each.emoney_id], each.amount, last_day(each.expires_at))
        for each in (entry.lines if entry else ())
    )


def _gift_standing(resident: Resident, gift: GiftCode, now: datetime) -> Standing:
    batch = gift.batch
    if gift.state != GiftState.READY:
        return "taken" if gift.taken_by_id == resident.pk else "gone"
    if now < batch.takeable_from:
        return "not_yet"
    if batch.takeable_until is not None and now >= batch.takeable_until:
        return "too_late"
    expires_at = Expiry.of(batch).expires_at(now)
    return "expired" if expires_at is not None and expires_at <= now else "open"


def _card_standing(resident: Resident, card: Card, *, has_value: bool) -> Standing:
    if card.state != CardState.ISSUED:
        return "taken" if card.taken_by_id == resident.pk else "gone"
    state = ledger.wallet_state(ledger_connection(), card.issuer_id, card.wallet_id)
    if state != "open":
        return "stopped"
    if not has_value:
        return "empty"
    return "open" if card.issuer.cards_may_be_taken else "not_allowed"


def _card_lines(issuer: Issuer, card: Card) -> tuple[OfferLine, ...]:
    names = emoney_names(issuer)
    sums: dict[tuple[int, date | None], int] = defaultdict(int)
    for lot in ledger.lots(ledger_connection(), issuer.pk, card.wallet_id):
        sums[lot.emoney_id, last_day(lot.expires_at)] += lot.balance
    return tuple(
        OfferLine(emoney_id, names[emoney_id], amount, expires_on)
        for (emoney_id, expires_on), amount in sums.items()
        if amount
    )
