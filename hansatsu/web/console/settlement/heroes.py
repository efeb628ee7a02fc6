"""The one amount that a page is about."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Hero:
    """An amount in words, of what it is, and what it is made of."""

    label: str
    amount: str
    note: str = ""
