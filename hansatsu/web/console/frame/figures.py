"""Sums that are looked at before something is done: each a small card, what it comes to largest.

A table of the same would be wider than a phone, and its last column is the one that counts.
"""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """One sum and what it is made of, in words.

    Attributes:
        name: of what; empty where the page is about one thing.
        lines: what it is made of, a label and an amount each.
        label: the word for what it comes to.
        total: what it comes to.
        note: what that means, such as the premium.
        is_all: True when it is the sum of the figures before it.
    """

    name: str
    lines: Sequence[tuple[str, str]]
    label: str
    total: str
    note: str = ""
    is_all: bool = False
