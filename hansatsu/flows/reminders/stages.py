"""How long before value dies its holder is told, and at which hours."""

from datetime import datetime
from typing import Final

from hansatsu.formats.japan import in_japan

STAGES: Final = (1, 7, 30)
"""Days before the last usable day at which a reminder is due, the last first."""

LONGEST: Final = max(STAGES)
"""Days before the last usable day from which on there are reminders."""

FROM_HOUR: Final = 9
"""The hour in Japan from which on reminders are written."""

UNTIL_HOUR: Final = 20
"""The hour in Japan from which on none is written any more: nobody is woken by one."""


def stage_of(days_left: int) -> int | None:
    """The reminder that applies so many days before the last usable day: 7 for each of 7 to 2 days
    before. None when it is too early."""
    return next((stage for stage in STAGES if days_left <= stage), None)


def is_daytime(now: datetime) -> bool:
    """True when reminders may be written."""
    return FROM_HOUR <= in_japan(now).hour < UNTIL_HOUR
