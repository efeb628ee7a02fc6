"""A lost card: stopping it, letting it go on, and making another one with its value."""

import secrets
from dataclasses import dataclass
from typing import Literal, assert_never

from django.db import transaction

from hansatsu.database.connections import ledger_connection
from hansatsu.ledger import api as ledger
from hansatsu.parties.cards.models import Card, CardState
from hansatsu.parties.cards.services import make_cards


@dataclass(frozen=True, slots=True)
class Reissue:
    """How a reissue ended. With ``reissued`` come the new card and its code, known here and now
    only, and the yen it holds. ``replaced``: the card's value had been moved before."""

    outcome: Literal["reissued", "replaced"]
    code: str = ""
    card: Card | None = None
    amount: int = 0


def stop_card(card: Card, *, actor: str, reason: str, key: str = "") -> bool:
    """Freeze a card, at once: it pays nothing until it goes on or is reissued. False when it is
    stopped already, or its value has been moved.

    Args:
        card: which.
        actor: who does it, as ``staff:7``.
        reason: why, kept in the books.
        key: of the act that it belongs to, once for each card; without one it is an act of its own.
    """
    return _change(card, "freeze", actor=actor, reason=reason, key=key)


def resume_card(card: Card, *, actor: str, reason: str) -> bool:
    """Let a stopped card pay again; arguments and result as for ``stop_card``."""
    return _change(card, "unfreeze", actor=actor, reason=reason)


def reissue_card(card: Card, *, actor: str, reason: str) -> Reissue:
    """Make a new card with all that ``card`` holds, stopped or not. The old code is dead from
    then on; the old wallet keeps its history, and a refund of what it paid comes to the new card.
    """
    with transaction.atomic():
        old = Card.objects.select_for_update(no_key=True).get(pk=card.pk)
        if old.state != CardState.ISSUED:
            return Reissue("replaced")
        ((code, new),) = make_cards(old.issuer, 1)
        moved = ledger.transfer(
            ledger_connection(),
            request=ledger.Request.of(actor, f"reissue-card-{old.pk}", new.wallet_id),
            issuer_id=old.issuer_id,
            source=old.wallet_id,
            target=new.wallet_id,
            even_frozen=True,
            reason=reason,
        )
        if moved.outcome != "transferred":
            raise RuntimeError(f"card {old.pk} could not be reissued: {moved.outcome}")
        old.state, old.replaced_by = CardState.REPLACED, new
        old.save(update_fields=["state", "replaced_by"])
    return Reissue("reissued", code, new, moved.amount or 0)


def _change(
    card: Card,
    change: Literal["freeze", "unfreeze"],
    *,
    actor: str,
    reason: str,
    key: str = "",
) -> bool:
    key = f"{key}-{card.pk}" if key else secrets.token_hex(8)
    outcome = ledger.change_state(
        ledger_connection(),
        change,
        request=ledger.Request.of(actor, f"{change}-{key}", card.wallet_id),
        issuer_id=card.issuer_id,
        wallet_id=card.wallet_id,
        reason=reason,
    )
    match outcome.outcome:
        case "done":
            return True
        case "unchanged" | "replayed":
            return False
        case "key_conflict" | "cancelled" | "unknown" | "not_empty" as other:
            raise RuntimeError(f"card {card.pk} could not {change}: {other}")
        case never:
            assert_never(never)
