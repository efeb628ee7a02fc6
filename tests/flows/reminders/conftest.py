"""A town whose clock shows what it is told, for the tests of reminders.

Django is not loaded yet when this file is, so models are imported late.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from hansatsu.database.server import EmbeddedServer
from tests.support.frozen_clock import FrozenClock, frozen_clock

if TYPE_CHECKING:
    from hansatsu.messages.mail.models import Mail
    from hansatsu.parties.identity.models import Resident
    from hansatsu.parties.programs.models import Emoney
    from tests.town import Town


@dataclass
class Days:
    """A town, and its clock. A moment is told as ``2026-12-01 09:00`` in Japan."""

    clock: FrozenClock
    town: "Town"
    seen: set[int] = field(default_factory=set)

    def show(self, moment: str) -> None:
        """Have the clock show ``moment``."""
        told = datetime.fromisoformat(moment).replace(tzinfo=ZoneInfo("Asia/Tokyo"))
        self.clock.show(told)

    def charge(
        self,
        last_day: str,
        amount: int = 1000,
        *,
        emoney: "Emoney | None" = None,
        resident: "Resident | None" = None,
    ) -> None:
        """Give value that can be spent up to and with ``last_day``."""
        from hansatsu.formats.japan import expires_at_after

        expiry = expires_at_after(date.fromisoformat(last_day))
        holder = resident or self.town.resident
        self.town.charge(holder, emoney or self.town.all_shops, amount, expiry)

    def reminded(self, moment: str) -> "list[Mail]":
        """The mails to this town that the worker makes at ``moment``."""
        from hansatsu.flows.reminders.rounds import remind

        self.show(moment)
        remind()
        return self.mails()

    def mails(self) -> "list[Mail]":
        """The reminders to this town that were not looked at before."""
        from hansatsu.messages.mail.models import Mail

        made = Mail.objects.of(self.town.issuer).filter(kind="expiry_reminder").order_by("pk")
        new = [mail for mail in made if mail.pk not in self.seen]
        self.seen |= {mail.pk for mail in new}
        return new

    def stages(self) -> list[tuple[date, int]]:
        """What this town's people were told of: last day and stage, in order."""
        from hansatsu.flows.reminders.models import Reminder

        told = Reminder.objects.of(self.town.issuer).order_by("pk")
        return list(told.values_list("last_day", "stage"))


@pytest.fixture(scope="module")
def frozen(server: EmbeddedServer) -> Iterator[FrozenClock]:
    """One database of its own for all tests of a file."""
    with frozen_clock(server) as clock:
        yield clock


@pytest.fixture
def days(frozen: FrozenClock) -> Days:
    """A town on a day without reminders; the rounds of other tests are forgotten."""
    from tests.town import make_town

    frozen.owner.execute("delete from reminders_round")
    frozen.show(datetime.combine(date(2026, 6, 1), time(12), ZoneInfo("Asia/Tokyo")))
    return Days(frozen, make_town())
