"""When the value of a gift dies."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Self

from hansatsu.formats.japan import expires_at_after, in_japan, last_day_after
from hansatsu.parties.gifts.models import Expires, GiftBatch


@dataclass(frozen=True, slots=True)
class Expiry:
    """A rule: the last day ``on``, or ``after`` that many months, or neither: never."""

    on: date | None = None
    after: int | None = None

    @classmethod
    def of(cls, batch: GiftBatch) -> Self:
        """The rule of a batch."""
        return cls(on=batch.expires_on, after=batch.expires_after)

    @property
    def kind(self) -> Expires:
        """Which of the three it is.

        Raises:
            ValueError: when it is two of them.
        """
        if self.on is not None and self.after is not None:
            raise ValueError("value expires on a day or after months, not both")
        if self.on is not None:
            return Expires.ON_DAY
        return Expires.NEVER if self.after is None else Expires.AFTER_MONTHS

    def last_day(self, taken_on: date) -> date | None:
        """有効期限 of what is taken on a day in Japan; None for なし."""
        if self.after is not None:
            return last_day_after(taken_on, self.after)
        return self.on

    def expires_at(self, taken_at: datetime) -> datetime | None:
        """The first moment at which what is taken at ``taken_at`` cannot be spent."""
        return expires_at_after(self.last_day(in_japan(taken_at).date()))
