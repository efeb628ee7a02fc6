"""An issuer's own text in its parts."""

from dataclasses import dataclass

HEADING = "## "


@dataclass(frozen=True, slots=True)
class Block:
    """A heading or a paragraph."""

    text: str
    is_heading: bool


def blocks(text: str) -> list[Block]:
    """The text in its parts, as ``publish_terms`` describes them."""
    parts = (part.strip() for part in text.replace("\r\n", "\n").split("\n\n"))
    return [Block(part.removeprefix(HEADING), part.startswith(HEADING)) for part in parts if part]
