"""A refusal in words: what is so, and what to do."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Refusal:
    """``outcome`` as the ledger calls it, what has happened, and what to do now."""

    outcome: str
    title: str
    advice: str
