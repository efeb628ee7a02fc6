"""How often a till may be told that value is short, before it could find a balance out.

Each such refusal halves what a till does not know of a wallet. So after ``MOST_OF_A_CODE`` of them
a code serves no more, nor does any of a wallet after ``MOST_OF_A_WALLET`` within an hour: at all
tills together, since who asks has more than one. The code is refused, never the terminal, where the
next customer stands. Successes are not counted, and what was paid under a key is answered.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction
from msgspec import Struct

from hansatsu.flows.payments.code_validity import moment
from hansatsu.flows.payments.models import Shortage
from hansatsu.formats.qr.pay_code import LIFE_SECONDS, STEP_SECONDS
from hansatsu.parties import clock

MOST_OF_A_CODE = 5
"""Of a pay code, or of a card: a slip of the finger, and a customer who counts coins."""

MOST_OF_A_WALLET = 20
WITHIN = timedelta(hours=1)

TELLS_OF_VALUE = frozenset({"insufficient", "expired", "over_limit"})
"""The ledger's refusals that another amount would not have met: they tell of what is held, or of
what was spent today."""


class Asked(Struct, frozen=True):
    """With what a till asks: a wallet by a pay code of ``device`` (the ledger's id) and ``step``,
    or by a card, which has neither."""

    wallet_id: int
    device: int | None = None
    step: int | None = None


@dataclass(frozen=True, slots=True)
class Short:
    """That a wallet was short at ``at``, with which code."""

    at: datetime
    device: int | None
    step: int | None


def seconds_to_wait(short: Sequence[Short], asked: Asked, now: datetime) -> int:
    """How long ``asked`` serves no more at ``now``; 0 when it does.

    Args:
        short: of its wallet, the newest first, at least ``MOST_OF_A_WALLET`` of them.
        asked: which code.
        now: the ledger's clock.
    """
    counted = [each for each in short if now - each.at < WITHIN]
    of_code = [each for each in counted if (each.device, each.step) == (asked.device, asked.step)]
    ends = []
    if len(of_code) >= MOST_OF_A_CODE:
        ends.append(_end_of_code(of_code[MOST_OF_A_CODE - 1], asked))
    if len(counted) >= MOST_OF_A_WALLET:
        ends.append(counted[MOST_OF_A_WALLET - 1].at + WITHIN)
    return max((max(1, -int(-(end - now).total_seconds() // 1)) for end in ends), default=0)


def wait_for(asked: Asked) -> int:
    """How many seconds ``asked`` serves no more; 0 when it does."""
    return seconds_to_wait(_newest(asked.wallet_id), asked, clock.now())


def note_shortage(issuer_id: int, asked: Asked) -> int:
    """Count that ``asked`` was short, unless it serves no more: tries at once are counted one by
    one, and those above the limit are told nothing of the value. Returns how many seconds they
    must wait; 0 when it was counted."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(
                "select pg_advisory_xact_lock(hashtextextended('shortage', %s))", [asked.wallet_id]
            )
        now = clock.now()
        wait = seconds_to_wait(_newest(asked.wallet_id), asked, now)
        if not wait:
            Shortage.objects.create(
                issuer_id=issuer_id,
                wallet_id=asked.wallet_id,
                device=asked.device,
                step=asked.step,
                at=now,
            )
    return wait


def forget_shortages() -> int:
    """Delete those that count no more; returns how many."""
    deleted, _ = Shortage.objects.filter(at__lte=clock.now() - WITHIN).delete()
    return deleted


def _newest(wallet_id: int) -> list[Short]:
    rows = Shortage.objects.filter(wallet_id=wallet_id).order_by("-at", "-id")
    return [Short(*row) for row in rows.values_list("at", "device", "step")[:MOST_OF_A_WALLET]]


def _end_of_code(last: Short, asked: Asked) -> datetime:
    """A card serves again when fewer count; a pay code never does, and dies by itself."""
    if asked.step is None:
        return last.at + WITHIN
    return moment(asked.step * STEP_SECONDS + LIFE_SECONDS)
