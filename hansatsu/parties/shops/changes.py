"""What happens to one shop among many, and why one is left as it is."""

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any


@dataclass(frozen=True, slots=True)
class Change:
    """One shop: what it was, what it is to be.

    Attributes:
        shop: its id; None while it is not made.
        code: its number.
        name: what it is called.
        before: the facts that change, as they are (``shops.facts``); None for a new shop.
        after: the same facts, as they will be; all of them for a new shop.
        notes: what was read otherwise than it was typed, such as zeros put before a number.
        undone: True when it was set back.
    """

    shop: int | None
    code: str
    name: str
    before: dict[str, Any] | None
    after: dict[str, Any]
    notes: list[str] = field(default_factory=list)
    undone: bool = False

    @property
    def turned(self) -> "Change":
        """The way back: from what it is to what it was."""
        return self if self.before is None else replace(self, before=self.after, after=self.before)

    @property
    def called(self) -> str:
        """Number and name, for sentences."""
        return f"{self.code} {self.name}"


class Why(StrEnum):
    """Why a shop is not set back."""

    GONE = "gone"  # it is not there any more
    PAID = "paid"  # it has taken payments
    STAFF = "staff"  # somebody can log in there
    USED = "used"  # something else of it is there: terminals, endpoints
    CHANGED = "changed"  # it was changed since
    STOPPED = "stopped"  # it takes nothing, whatever it took before
    APPROVED = "approved"  # its first account was approved, and no other is to be paid instead
    ACCOUNT = "account"  # accounts are set by others than who asks


@dataclass(frozen=True, slots=True)
class Kept:
    """A shop that is left as it is."""

    code: str
    name: str
    why: Why
