"""Stopping all cards of a batch, as when it was lost in the post.

What a card has paid stays paid; what it still holds is not spent any more, until the card goes on
or is reissued, each by itself. The worker stops a few cards in a transaction, each under a key of
the order: killed, it goes on behind them, and a card that was let go on since stays so.
Order of locks: the order's row, then the ledger's, wallets ascending.
"""

from typing import Final

from django.db import transaction
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.manager import JobManager
from procrastinate.tasks import configure_task

from hansatsu.database.connections import ledger_connection
from hansatsu.flows.printouts.batches import QUEUE, subject_of
from hansatsu.flows.printouts.models import Making, MakingState, PrintKind, Stopping
from hansatsu.ledger import api as ledger
from hansatsu.parties import clock
from hansatsu.parties.cards.models import Card, CardState
from hansatsu.parties.cards.stopping import stop_card
from hansatsu.parties.issuers.audit import CONSOLE, Actor, Value, audit

TASK: Final = "stop_cards"
PART: Final = 20
"""Cards in one transaction: a payment may wait for all of it."""


def can_be_stopped(making: Making) -> bool:
    """True when it is of cards, is made as far as it will be, and was not stopped before."""
    is_made = making.state != MakingState.WORKING and making.done > 0
    return making.kind == PrintKind.CARDS and is_made and stopping_of(making) is None


def would_stop(making: Making) -> tuple[int, int]:
    """How many cards of it are in use, and the yen that they hold, at this moment."""
    cards = Card.objects.of(making.issuer).filter(batch=making.pk, state=CardState.ISSUED)
    wallets = list(cards.values_list("wallet_id", flat=True))
    return len(wallets), ledger.held_by(ledger_connection(), making.issuer_id, wallets)


def stopping_of(making: Making) -> Stopping | None:
    """How far its cards are stopped; None when nobody has asked for it."""
    return Stopping.objects.filter(making=making).first()


def order_stopping(by: Actor, making: Making, *, reason: str) -> Stopping:
    """Have the worker stop all cards of ``making``; once, however often it is asked for.

    Raises:
        ValueError: when it is not of cards, or still being made: cards would come after it.
    """
    if making.kind != PrintKind.CARDS or making.state == MakingState.WORKING:
        raise ValueError("cards that are all there can be stopped")
    with transaction.atomic():
        stopping, is_new = Stopping.objects.get_or_create(
            making=making,
            defaults={
                "issuer": by.issuer,
                "reason": reason,
                "asked_at": clock.now(),
                "asked_by": by.actor,
                "asked_by_name": by.actor_name,
            },
        )
        if is_new:
            after: dict[str, Value] = {"name": making.name, "count": making.done}
            audit(by, "making_stop_ordered", subject_of(making), reason=reason, after=after)
            task = configure_task(name=TASK, job_manager=JobManager(DjangoConnector()), queue=QUEUE)
            task.defer(stopping_id=stopping.pk)
    return stopping


def stop_all(stopping_id: int) -> None:
    """Stop what is still to be stopped."""
    while stop_part(stopping_id):
        pass


def stop_part(stopping_id: int) -> bool:
    """Stop the next cards; False when there are no more."""
    with transaction.atomic():
        stopping = (
            Stopping.objects.select_for_update(of=("self",), no_key=True)
            .select_related("issuer", "making")
            .get(pk=stopping_id)
        )
        if stopping.finished_at is not None:
            return False
        cards = Card.objects.of(stopping.issuer).filter(batch=stopping.making_id)
        part = list(cards.filter(wallet_id__gt=stopping.last_wallet).order_by("wallet_id")[:PART])
        for card in part:
            _stop(stopping, card)
        if len(part) < PART:
            _finish(stopping)
        stopping.save()
        return stopping.finished_at is None


def _stop(stopping: Stopping, card: Card) -> None:
    stopping.looked_at += 1
    stopping.last_wallet = card.wallet_id
    key = f"making-{stopping.making_id}"
    if card.state != CardState.ISSUED or not stop_card(
        card, actor=stopping.asked_by, reason=stopping.reason, key=key
    ):
        return
    held = ledger.balances(ledger_connection(), card.issuer_id, card.wallet_id)
    stopping.stopped += 1
    stopping.amount += sum(each.amount for each in held)


def _finish(stopping: Stopping) -> None:
    stopping.finished_at = clock.now()
    by = Actor(stopping.issuer, stopping.asked_by, stopping.asked_by_name, CONSOLE)
    after: dict[str, Value] = {"count": stopping.stopped, "amount": stopping.amount}
    audit(by, "making_stopped", subject_of(stopping.making), reason=stopping.reason, after=after)
