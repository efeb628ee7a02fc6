"""Pages drawn once around what is a person's (ADR 0265).

Most of a page is the same for everybody who looks at it: its **frame**. A frame is drawn from the
issuer and from the values that are named for it, and from nothing else: no request, no resident and
no token is there while it is drawn. What stands in ``{% fresh %}…{% endfresh %}`` is left out of it
and drawn at each look, from everything.
"""

import re
from collections.abc import Hashable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Final

from django.http import HttpRequest
from django.template import Context, Engine, Template
from django.template.base import Node, NodeList
from django.template.context_processors import csrf
from django.utils.translation import get_language

from hansatsu.database.rows import values_of
from hansatsu.parties.issuers.models import Issuer

MOST: Final = 500
"""Frames that are kept, of some 10 KB each: a process serves few issuers in two languages."""

_HOLE = re.compile("\0([0-9]+)\0")  # PostgreSQL keeps no NUL, so no text of an issuer has one
_holes: ContextVar[list[NodeList] | None] = ContextVar("holes", default=None)
_frames: dict[Hashable, "Frame"] = {}


class Fresh(Node):
    """What stands between the tags ``fresh`` and ``endfresh``. On a page that has no frame it is
    drawn with the rest."""

    child_nodelists = ("nodelist",)

    def __init__(self, nodelist: NodeList) -> None:
        self.nodelist = nodelist

    def render(self, context: Context) -> str:
        """A hole in a frame that is being drawn."""
        holes = _holes.get()
        if holes is None:
            return self.nodelist.render(context)
        holes.append(self.nodelist)
        return f"\0{len(holes) - 1}\0"


@dataclass(frozen=True, slots=True)
class Frame:
    """What stays of a page: text, and between two texts what is drawn anew."""

    template: Template
    parts: tuple[str | NodeList, ...]

    def filled(self, context: Context) -> str:
        """The page, with what ``context`` knows."""
        with context.bind_template(self.template), context.render_context.push_state(self.template):
            return "".join(
                part if isinstance(part, str) else part.render(context) for part in self.parts
            )


def framed(
    request: HttpRequest,
    issuer: Issuer,
    template: str,
    frame: Mapping[str, Hashable],
    context: Mapping[str, object],
) -> str:
    """A page.

    Args:
        request: what is answered.
        issuer: whose page it is; its frame is another after any change of its row.
        template: the template's name.
        frame: what else its frame depends on. It has few values, and says nothing of a person.
        context: what is read where the page is fresh, beside ``issuer``, ``request`` and ``frame``.
    """
    found = _frame(issuer, template, frame)
    known = {"issuer": issuer, "request": request, **csrf(request), **frame, **context}
    return found.filled(Context(known))


def _frame(issuer: Issuer, template: str, values: Mapping[str, Hashable]) -> Frame:
    key = (template, get_language(), values_of(issuer), *values.items())
    found = _frames.get(key)
    if found is None:
        if len(_frames) >= MOST:
            _frames.clear()
        found = _frames[key] = _drawn(template, Context({"issuer": issuer, **values}))
    return found


def _drawn(name: str, context: Context) -> Frame:
    template = Engine.get_default().get_template(name)
    holes: list[NodeList] = []
    token = _holes.set(holes)
    try:
        texts = _HOLE.split(template.render(context))
    finally:
        _holes.reset(token)
    parts = (holes[int(text)] if place % 2 else text for place, text in enumerate(texts))
    return Frame(template, tuple(parts))
