"""Rows drawn from a pattern (ADR 0265).

A page may have a thousand rows of one kind, and Django draws each node of a row anew. Here a row's
template is drawn once, with holes in the place of values; a row is the pattern with its values.
"""

import html
from collections.abc import Collection, Hashable, Mapping
from dataclasses import dataclass
from typing import Final

from django.template.loader import get_template
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

MOST: Final = 500
"""Patterns that are kept, of a KB or two each: there are a few of each template and language."""

_MARK = "\0"
_patterns: dict[Hashable, "Pattern"] = {}


@dataclass(frozen=True, slots=True)
class Pattern:
    """Text, name of a hole, text, name … text."""

    parts: tuple[str, ...]

    def filled(self, values: Mapping[str, str]) -> SafeString:
        """The row with its values, which are escaped unless they are HTML."""
        parts = list(self.parts)
        for place in range(1, len(parts), 2):
            value = values[parts[place]]
            parts[place] = value if isinstance(value, SafeString) else html.escape(value)
        return mark_safe("".join(parts))  # noqa: S308 - each value is escaped above


def pattern(template: str, shape: Mapping[str, Hashable], holes: Collection[str]) -> Pattern:
    """The pattern of a row.

    Args:
        template: the template's name. It is drawn from ``shape`` and ``holes`` alone.
        shape: what its text depends on beside the language, such as a kind of entry. It has few
            values, and says nothing of a person.
        holes: the names under which it shows what differs from row to row. They are true there, and
            no filter may change them.
    """
    key = (template, get_language(), *shape.items())
    found = _patterns.get(key)
    if found is None:
        if len(_patterns) >= MOST:
            _patterns.clear()
        marked = {hole: mark_safe(f"{_MARK}{hole}{_MARK}") for hole in holes}  # noqa: S308 - a name
        text = get_template(template).render({**shape, **marked})
        found = _patterns[key] = Pattern(tuple(text.split(_MARK)))
    return found
