"""The xlsx files of shops: the form to fill in, and all shops as they are, to be changed.

Every cell is text, so that Excel keeps zeros and makes no dates; what can be chosen is offered.
"""

from collections.abc import Sequence
from itertools import combinations
from typing import Final

from hansatsu.formats.sheets.writing import Sheet, sheets
from hansatsu.parties.issuers.models import Issuer
from hansatsu.parties.programs.selectors import emoneys
from hansatsu.parties.seals.bank_accounts import TYPES
from hansatsu.parties.shops.facts import facts_of
from hansatsu.parties.shops.fields import ACCOUNT
from hansatsu.parties.shops.importing import EXAMPLE, HEADINGS
from hansatsu.parties.shops.models import Area, Category, Shop

SHOPS: Final = "加盟店"
EXAMPLES: Final = "記入例"
WORDS: Final = "選べる名前"
WIDTHS: Final = dict(
    zip(HEADINGS, [14, 24, 24, 24, 14, 14, 32, 16, 28, 28, 14, 12, 10, 12, 24], strict=True)
)
BLANK: Final = 1_000
"""Rows that are made ready; the columns below are text as well."""
COMBINED: Final = 4
"""Up to so many emoneys each of their combinations can be chosen."""


def form_file(issuer: Issuer, *, accounts: bool) -> bytes:
    """The file to fill in. Bank accounts are for who may set them (``accounts``)."""
    columns = [name for name in HEADINGS if name not in ACCOUNT or accounts]
    chosen = _choices(issuer)
    example = EXAMPLE | {name: words[0] for name, words in chosen.items() if words}
    row = [example.get(name, "") for name in columns]
    examples = Sheet(EXAMPLES, _head(columns), [row], _widths(columns))
    return _file(columns, [], chosen, [examples])


def known_file(issuer: Issuer) -> bytes:
    """All shops of the issuer as they are, without their accounts."""
    columns = [name for name in HEADINGS if name not in ACCOUNT]
    shops = list(Shop.objects.of(issuer).select_related("area", "category").order_by("code"))
    facts, names = facts_of(issuer, shops), {each.pk: each.name for each in emoneys(issuer)}
    rows = []
    for shop in shops:
        values = {
            **facts[shop.pk].values,
            "code": shop.code,
            "area": shop.area.name,
            "category": shop.category.name,
            "takes": "、".join(names[each] for each in facts[shop.pk].running),
        }
        rows.append([values[name] for name in columns])
    return _file(columns, rows, _choices(issuer), [])


def _file(
    columns: Sequence[str],
    rows: Sequence[Sequence[str]],
    chosen: dict[str, list[str]],
    more: Sequence[Sheet],
) -> bytes:
    offered = [name for name in columns if name in chosen]
    places = {
        columns.index(name): (WORDS, place, len(chosen[name])) for place, name in enumerate(offered)
    }
    form = Sheet(SHOPS, _head(columns), rows, _widths(columns), BLANK, places)
    longest = max((len(chosen[name]) for name in offered), default=0)
    words = [
        [chosen[name][row] if row < len(chosen[name]) else "" for name in offered]
        for row in range(longest)
    ]
    return sheets([form, *more, Sheet(WORDS, _head(offered), words, _widths(offered))])


def _choices(issuer: Issuer) -> dict[str, list[str]]:
    """What may be chosen, by column: the issuer's own names."""
    names = [each.name for each in emoneys(issuer)]
    sizes = range(len(names), 0, -1) if len(names) <= COMBINED else [1]
    return {
        "area": [each.name for each in Area.objects.of(issuer)],
        "category": [each.name for each in Category.objects.of(issuer)],
        "takes": ["、".join(some) for size in sizes for some in combinations(names, size)],
        "type": list(TYPES.values()),
    }


def _head(columns: Sequence[str]) -> list[str]:
    return [HEADINGS[name] for name in columns]


def _widths(columns: Sequence[str]) -> list[int]:
    return [WIDTHS[name] for name in columns]
