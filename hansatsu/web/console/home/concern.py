"""Something that wants attention."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Concern:
    """What it is in words, and where to see to it; ``href`` is empty for who may not."""

    text: str
    href: str = ""
