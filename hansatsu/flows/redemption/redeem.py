"""Taking it: the value of a gift code is made in the wallet, that of a card is moved there.

Each is one transaction. The row of the code is locked first, then the ledger's locks; the ledger's
request is the code itself, not the asker's, so that no two transactions can both make its value.
"""

from typing import Literal, assert_never

from django.db import transaction

from hansatsu.database.connections import ledger_connection
from hansatsu.flows.redemption.lookup import Found
from hansatsu.flows.redemption.offers import Standing, card_offer, gift_offer, request_of
from hansatsu.ledger import api as ledger
from hansatsu.parties.cards.models import Card, CardState
from hansatsu.parties.gifts.expiry import Expiry
from hansatsu.parties.gifts.models import GiftCode, GiftState
from hansatsu.parties.identity.models import Resident

Outcome = Literal["done", "over_limit", "closed"] | Standing
"""``done``: taken by this very call. ``over_limit``: the wallet would hold more than its issuer
allows. ``closed``: the wallet takes nothing any more. Otherwise the standing that the code had."""


def take(resident: Resident, found: Found) -> Outcome:
    """Take what ``found`` holds into the resident's wallet, once for ever. A refusal changes
    nothing."""
    with transaction.atomic():
        return _take_gift(resident, found) if found.kind == "gift" else _take_card(resident, found)


def _take_gift(resident: Resident, found: Found) -> Outcome:
    gifts = GiftCode.objects.of(resident.issuer).select_for_update(of=("self",), no_key=True)
    gift = gifts.get(pk=found.id)
    standing = gift_offer(resident, gift).standing
    if standing != "open":
        return standing
    now = ledger.now(ledger_connection())
    wallet_id = _wallet_of(resident)
    issue = ledger.Issue(
        request_of(found, wallet_id),
        gift.issuer_id,
        wallet_id,
        tuple(
            ledger.NewLot(each.emoney_id, each.amount, Expiry.of(gift.batch).expires_at(now))
            for each in gift.batch.values.all()
        ),
    )
    (made,) = ledger.issue_set(ledger_connection(), [issue])
    match made.outcome:
        case "issued":
            gift.state, gift.taken_by, gift.taken_at = GiftState.TAKEN, resident, made.at
            gift.save(update_fields=["state", "taken_by", "taken_at"])
            return "done"
        case "over_limit" | "closed" | "expired" as refused:
            return refused
        case "replayed" | "key_conflict" | "cancelled" | "unknown" as other:
            raise RuntimeError(f"gift {gift.pk} was ready, but the ledger says {other}")
        case never:
            assert_never(never)


def _take_card(resident: Resident, found: Found) -> Outcome:
    card = Card.objects.of(resident.issuer).select_for_update(no_key=True).get(pk=found.id)
    standing = card_offer(resident, card).standing
    if standing != "open":
        return standing
    moved = ledger.transfer(
        ledger_connection(),
        request=request_of(found, resident.pk),
        issuer_id=card.issuer_id,
        source=card.wallet_id,
        target=_wallet_of(resident),
    )
    if moved.outcome == "transferred" and not moved.amount:
        transaction.set_rollback(True)  # a till was faster: the empty card stays one
        return "empty"
    match moved.outcome:
        case "transferred":
            card.state, card.taken_by, card.taken_at = CardState.TAKEN, resident, moved.at
            card.save(update_fields=["state", "taken_by", "taken_at"])
            return "done"
        case "frozen":
            return "stopped"
        case "over_limit" | "closed" as refused:
            return refused
        case "replayed" | "key_conflict" | "cancelled" | "unknown" as other:
            raise RuntimeError(f"card {card.pk} was open, but the ledger says {other}")
        case never:
            assert_never(never)


def _wallet_of(resident: Resident) -> int:
    """The wallet as it is now: it may have changed since the page was opened."""
    return Resident.objects.values_list("wallet_id", flat=True).get(pk=resident.pk)
