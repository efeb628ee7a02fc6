"""A timeline as pages show it: rows in words, links to what they are about, the way to the next
page."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from hansatsu.flows.support.timelines import FIRST, Cursor, Row, Timeline, read_cursor
from hansatsu.formats.japan import in_japan
from hansatsu.web.console.frame.access import Clerk, console_url
from hansatsu.web.console.frame.lists import Link
from hansatsu.web.console.support.timeline_words import details, what, who

AFTER = "after"
"""The parameter that a page of a timeline begins after."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A row in words. ``at`` is in Japan; ``links`` lead to what it is about."""

    at: str
    what: str
    who: str
    amount: int | None
    details: list[str]
    links: list[Link]
    kind: str


def asked_cursor(request: HttpRequest) -> Cursor:
    """Where the page that is asked for begins."""
    return read_cursor(request.GET.get(AFTER, ""))


def shown(request: HttpRequest, clerk: Clerk, timeline: Timeline) -> dict[str, Any]:
    """What ``console/timeline.html`` is drawn from."""
    here = request.path
    return {
        "rows": [_shown(clerk, row, here) for row in timeline.rows],
        "next": f"?{urlencode({AFTER: str(timeline.next)})}" if timeline.next else "",
        "is_first": asked_cursor(request) == FIRST,
        "first": here,
    }


def _shown(clerk: Clerk, row: Row, here: str) -> Shown:
    return Shown(
        at=f"{in_japan(row.at):%Y/%m/%d %H:%M:%S}",
        what=what(row),
        who=who(row),
        amount=row.amount,
        details=details(row),
        links=[link for link in _links(clerk, row) if link.href != here],
        kind=f"{row.source}:{row.kind}",
    )


def _links(clerk: Clerk, row: Row) -> list[Link]:
    detail = row.detail
    match row.source:
        case "entry":
            found = []
            if detail["number"]:
                number = detail["number"][:33]
                found.append(Link(detail["number"], console_url("support_payment", number)))
            if detail["shop_id"]:
                found.append(Link(detail["shop"], console_url("support_shop", detail["shop_id"])))
            return found
        case "order":
            return [Link(detail["number"], console_url("support_order", detail["number"]))]
        case "code":
            return _of_code(row)
        case "correction":
            number = row.detail["id"]
            return [Link(f"#{number}", console_url("support_correction_change", number))]
        case "expiry_move":
            number = row.detail["id"]
            return [Link(f"#{number}", console_url("support_expirymove_change", number))]
        case "mail" if row.detail["resendable"] and clerk.may_open("support_mail"):
            return [Link(_("再送"), console_url("support_mail", row.detail["id"]))]
        case _:
            return []


def _of_code(row: Row) -> list[Link]:
    links = []
    if row.kind in ("card", "replaced"):
        address = console_url("support_card", row.detail["id"])
        links.append(Link(f"…{row.detail['last_four']}", address))
    if row.detail.get("resident"):
        resident = row.detail["resident"]
        links.append(Link(f"#{resident}", console_url("support_resident", resident)))
    return links
