"""Which three digits stand for an issuer in its pay codes.

An issuer's ``pay_number`` is its own in the installation; the database gives it, when the issuer
is made (``migrations.0011_pay_number``). Until then codes had the last three digits of its id.
"""

from datetime import datetime, timedelta

OF_IDS = 1000
FORMER_SERVES = timedelta(days=1)
"""Since the migration. A code lives for five minutes; the version before may run beside for a
while, and goes on making codes of the former number."""


def pay_numbers(
    issuer_id: int, pay_number: int, renumbered_at: datetime | None, now: datetime
) -> tuple[int, ...]:
    """The pay numbers that stand for an issuer at ``now``: its own, and for a day after it got
    another one than the last digits of its id (``renumbered_at``, null for most), those too."""
    if renumbered_at is None or now >= renumbered_at + FORMER_SERVES:
        return (pay_number,)
    return pay_number, issuer_id % OF_IDS
