"""What stands in a list's column, and in a line of a thing's page."""

from collections.abc import Callable
from typing import Any, cast

from unfold.decorators import display


class _Tones(dict[Any, str]):
    """Words and their colours, compared in the reader's language: a lazy word has the hash of the
    language that it was hashed in."""

    def __contains__(self, word: object) -> bool:
        return any(each == word for each in self)

    def __getitem__(self, word: Any) -> str:
        return next(tone for each, tone in self.items() if each == word)


def column[Shown: Callable[..., Any]](
    description: Any, *, ordering: str | None = None, label: dict[Any, str] | None = None
) -> Callable[[Shown], Shown]:
    """A method that is a column.

    Args:
        description: the column's name.
        ordering: the field that a click on the name sorts by; none when None.
        label: what is shown as a badge, and in which colour (``success``, ``danger`` …).
    """
    more: dict[str, Any] = {} if label is None else {"label": _Tones(label)}
    return cast(
        "Callable[[Shown], Shown]", display(description=description, ordering=ordering, **more)
    )
