"""Making void what nobody has used of a making, and ending it when it is still under way.

Order of locks: the making's row, which the worker has while it makes a part, then its codes.
"""

from dataclasses import dataclass

from django.db import transaction

from hansatsu.flows.printouts.batches import batch_of, subject_of
from hansatsu.flows.printouts.models import VOIDED, Making, MakingState, PrintKind
from hansatsu.parties import clock
from hansatsu.parties.gifts.models import GiftCode, GiftState
from hansatsu.parties.gifts.services import void_gifts
from hansatsu.parties.issuers.audit import Actor, Value, audit
from hansatsu.parties.programs.models import CodeState, PurchaseCode
from hansatsu.parties.programs.registering import void_batch

VOIDABLE = (PrintKind.WINNERS, PrintKind.GIFTS)


@dataclass(frozen=True, slots=True)
class Voided:
    """``count`` codes are void; ``held`` are as they were, because an open order has them."""

    count: int
    held: int = 0


def would_void(making: Making) -> Voided:
    """What ``void_unused`` would make void now, and how many open orders have."""
    if making.kind == PrintKind.WINNERS:
        codes = PurchaseCode.objects.of(making.issuer).filter(batch=making.pk)
        held = codes.filter(state=CodeState.HELD).count()
        return Voided(codes.filter(state=CodeState.FREE).count(), held)
    gifts = GiftCode.objects.filter(batch=batch_of(making), state=GiftState.READY)
    return Voided(gifts.count())


def void_unused(by: Actor, making: Making, *, reason: str) -> Voided:
    """Make void what nobody has used of purchase codes or gift codes, and make no more of them.

    Raises:
        ValueError: for cards, whose value is out, and is moved or frozen one by one; for letters
            to shops, whose accounts are stopped one by one.
    """
    if making.kind not in VOIDABLE:
        raise ValueError("only codes are made void")
    with transaction.atomic():
        making = Making.objects.select_for_update(no_key=True).get(pk=making.pk)
        if making.state == MakingState.WORKING:
            making.state, making.finished_at = MakingState.FAILED, clock.now()
        making.error = VOIDED
        making.save(update_fields=["state", "error", "finished_at"])
        if making.kind == PrintKind.WINNERS:
            voided = Voided(*void_batch(by.issuer.pk, making.pk))
        else:
            voided = Voided(void_gifts(batch_of(making), reason=reason))
        after: dict[str, Value] = {"count": voided.count}
        if voided.held:
            after["held"] = voided.held
        audit(by, "making_voided", subject_of(making), reason=reason, after=after)
    return voided
