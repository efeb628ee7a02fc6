"""What is registered of a resident, as screens list it: which fields stand together in a line."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from hansatsu.parties.identity.resident_fields import FIELD, FIELDS


def _spaced(*texts: str) -> str:
    return " ".join(text for text in texts if text)


def _address(code: str, prefecture: str, city: str, street: str, building: str) -> str:
    """〒, 町名・番地 and 建物名, a line each."""
    lines = (f"〒{code}" if code else "", f"{prefecture}{city}{street}", building)
    return "\n".join(line for line in lines if line)


@dataclass(frozen=True, slots=True)
class Line:
    """Fields that stand together, and how; ``is_japanese`` whatever the language of the page."""

    label: Promise
    names: tuple[str, ...]
    join: Callable[..., str] = _spaced
    is_japanese: bool = False

    def shown(self, values: Mapping[str, Any]) -> str:
        """The line's text, from what is kept by the names of fields; empty when nothing is."""
        return self.join(*(FIELD[name].shown(values[name]) for name in self.names))

    def masked(self, texts: Mapping[str, str]) -> str:
        """The line's text, from what each field shows without asking; empty when that is
        nothing."""
        return self.join(*(texts[name] for name in self.names))


_TOGETHER = (
    Line(gettext_lazy("氏名"), ("family_name", "given_name"), is_japanese=True),
    Line(gettext_lazy("フリガナ"), ("family_kana", "given_kana"), is_japanese=True),
    Line(
        gettext_lazy("住所"),
        ("postal_code", "prefecture", "city", "street", "building"),
        _address,
        is_japanese=True,
    ),
)


def _lines() -> tuple[Line, ...]:
    first = {line.names[0]: line for line in _TOGETHER}
    others = {name for line in _TOGETHER for name in line.names[1:]}
    return tuple(
        first.get(field.name) or Line(field.label, (field.name,))
        for field in FIELDS
        if field.name not in others
    )


LINES = _lines()
"""Every field once, in the order of ``FIELDS``."""
