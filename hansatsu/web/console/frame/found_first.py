"""Searching things by what they belong to, which is found first, by indexes of its own."""

from collections.abc import Sequence
from functools import reduce
from operator import or_
from typing import Any, Final, cast

from django.db.models import ForeignKey, Model, Q, QuerySet
from django.utils.text import smart_split, unescape_string_literal

from hansatsu.parties.issuers.models import Issuer

MOST: Final = 1_000
"""Residents, say, that a word may name before they are left to the database: it then reads the list
from its newest row, and finds a page of it soon."""


def search(
    issuer: Issuer, rows: "QuerySet[Any]", fields: Sequence[str], text: str, relation: str
) -> "QuerySet[Any]":
    """Those of ``rows`` that every word of ``text`` is found in.

    Joined, a search in two tables at once reads both of them whole; this reads indexes (ADR 0254).

    Args:
        issuer: whose things.
        rows: of them, what is listed.
        fields: lookups such as ``number__exact``; those of what a thing belongs to begin with
            ``relation``, as ``resident__email__iexact``.
        text: as typed; what stands between quotes is one word.
        relation: by which a thing names what it belongs to.
    """
    prefix = f"{relation}__"
    own = [each for each in fields if not each.startswith(prefix)]
    theirs = [each.removeprefix(prefix) for each in fields if each.startswith(prefix)]
    for word in smart_split(text):
        bare = unescape_string_literal(word) if word[0] == word[-1] in "\"'" else word
        wanted = _any_of(own, bare)
        if theirs:
            wanted |= Q(**{f"{relation}__in": _found(issuer, rows.model, relation, theirs, bare)})
        rows = rows.filter(wanted)
    return rows


def _found(
    issuer: Issuer, model: type[Model], relation: str, fields: Sequence[str], word: str
) -> "list[int] | QuerySet[Any]":
    related = cast("ForeignKey[Any, Any]", model._meta.get_field(relation)).related_model
    manager = cast(Any, related)._default_manager
    found = manager.of(issuer).filter(_any_of(fields, word)).values_list("pk", flat=True)
    few: list[int] = list(found[: MOST + 1])
    return few if len(few) <= MOST else found


def _any_of(fields: Sequence[str], word: str) -> Q:
    return reduce(or_, (Q(**{each: word}) for each in fields))
