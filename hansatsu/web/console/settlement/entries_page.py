"""The payments, or refunds, behind a line of a statement, a day a page."""

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from hansatsu.flows.settlement.models import Statement
from hansatsu.flows.settlement.statement_entries import Entry, Kind, days_of, entries_of
from hansatsu.parties.programs.models import Emoney
from hansatsu.web.console.frame.access import Clerk, console_url, for_clerks
from hansatsu.web.console.frame.asking import show
from hansatsu.web.console.frame.cells import moment
from hansatsu.web.console.frame.lists import Link, found
from hansatsu.web.console.frame.tables import linked, table
from hansatsu.web.console.settlement.heroes import Hero
from hansatsu.web.console.settlement.words import day_words, signed_yen

PAYMENT = 33
"""Characters of 決済ID of a payment; a refund's begins with its payment's."""


@require_safe
@for_clerks
def page(request: HttpRequest, clerk: Clerk, statement_id: int) -> HttpResponse:
    """``?kind=`` payment or refund, ``?emoney=`` only what was paid with it, ``?day=`` (without one
    the first that has any)."""
    statement = found(clerk, Statement, statement_id)
    kind: Kind = "refund" if request.GET.get("kind") == "refund" else "payment"
    emoney = _emoney(clerk, request.GET.get("emoney", ""))
    days = days_of(statement, kind)
    day = _day(request.GET.get("day", ""), list(days))
    entries = entries_of(statement, kind, day, emoney.pk if emoney else None) if day else []
    asked = {"kind": kind} | ({"emoney": str(emoney.pk)} if emoney else {})
    titles = {"payment": _("決済の一覧"), "refund": _("返金の一覧")}
    return show(
        request,
        "statement_entries",
        title=titles[kind],
        subtitle=f"{statement.number} {statement.shop.local_name}",
        back=Link(_("精算書へ戻る"), console_url("settlement_statement_change", statement.pk)),
        emoney=emoney.local_name if emoney else "",
        days=[
            {
                "href": f"?{urlencode(asked | {'day': each.isoformat()})}",
                "label": f"{each:%m/%d}",
                "count": _counted(count),
                "is_this": each == day,
            }
            for each, count in days.items()
        ],
        hero=Hero(
            day_words(day),
            signed_yen(sum(each.yen for each in entries)),
            _counted(len(entries)),
        ),
        table=table(
            [_("利用日時"), _("決済ID"), _("金額")],
            [
                [moment(each.at), _number(clerk, each.number), signed_yen(each.yen)]
                for each in entries
            ],
        ),
        label=titles[kind],
    )


def _counted(count: int) -> str:
    return ngettext("%(count)s件", "%(count)s件", count) % {"count": f"{count:,}"}


def _row(clerk: Clerk, entry: Entry) -> list[Any]:
    return [moment(entry.at), _number(clerk, entry.number), signed_yen(entry.yen)]


def _number(clerk: Clerk, number: str) -> Any:
    """To the story of the payment."""
    if not clerk.may_open("support_payment"):
        return number
    return linked(number, console_url("support_payment", number[:PAYMENT]))


def _emoney(clerk: Clerk, asked: str) -> Emoney | None:
    if not asked.isdecimal():
        return None
    return Emoney.objects.of(clerk.issuer).filter(pk=int(asked)).first()


def _day(asked: str, days: list[date]) -> date | None:
    """The day that was asked for, if it has something; otherwise the first that has."""
    return next((day for day in days if day.isoformat() == asked), days[0] if days else None)
