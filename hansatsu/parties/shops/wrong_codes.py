"""Stopping a terminal where codes are guessed: ten wrong ones in ten minutes.

The terminal is stopped, never a resident: a guesser must not be able to lock others out.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction

from hansatsu.parties import clock
from hansatsu.parties.issuers.alarms import raise_alarm
from hansatsu.parties.shops.models import Terminal, WrongCode

MOST = 10
WITHIN = timedelta(minutes=10)
STOPPED_FOR = timedelta(minutes=10)
"""From the wrong code that was one too many."""


def lock_terminal(terminal: Terminal) -> None:
    """Have the terminal to oneself until the transaction ends, so that codes that are tried at
    once are counted one by one."""
    Terminal.objects.select_for_update(no_key=True).get(pk=terminal.pk)


def seconds_stopped(terminal: Terminal) -> int:
    """How long the terminal must still wait; 0 when it may go on. Lock it before."""
    return wait_after(_newest(terminal), clock.now())


def wait_after(times: Sequence[datetime], now: datetime) -> int:
    """How many seconds a terminal must wait at ``now`` after wrong codes at ``times``: its last
    ``MOST``, the newest first."""
    if len(times) < MOST or times[0] - times[-1] > WITHIN:
        return 0
    left = times[0] + STOPPED_FOR - now
    return max(0, -int(-left.total_seconds() // 1))


def refuse_wrong_code(terminal: Terminal) -> int:
    """Count a wrong code that was read without the lock, unless the terminal is stopped already.
    Returns how many seconds it must still wait; 0 when it was counted."""
    with transaction.atomic():
        lock_terminal(terminal)
        wait = seconds_stopped(terminal)
        if not wait:
            count_wrong_code(terminal)
    return wait


def count_wrong_code(terminal: Terminal) -> None:
    """Count a wrong code; the one that stops the terminal raises an alarm. Lock it before, and
    only when it is not stopped."""
    now = clock.now()
    WrongCode.objects.filter(terminal=terminal, at__lte=now - WITHIN).delete()
    WrongCode.objects.create(terminal=terminal, at=now)
    if len(_newest(terminal)) == MOST:
        raise_alarm(
            terminal.issuer,
            kind="wrong_codes",
            subject=terminal.actor,
            text=f"{terminal.shop.name}: {terminal.name}",
        )


def _newest(terminal: Terminal) -> list[datetime]:
    rows = WrongCode.objects.filter(terminal=terminal).order_by("-at", "-id")
    return list(rows.values_list("at", flat=True)[:MOST])
