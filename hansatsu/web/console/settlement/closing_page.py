"""One closing: what is paid by it, how that came about, what waits for whom; and its file."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from hansatsu.flows.settlement.closing_sheet import closing_sheet
from hansatsu.flows.settlement.models import Closing, Statement
from hansatsu.flows.settlement.standing import Standing, parts_of, with_standing
from hansatsu.formats.sheets.writing import XLSX
from hansatsu.web.console.frame.access import Clerk, console_url, for_clerks
from hansatsu.web.console.frame.amount_words import yen_words
from hansatsu.web.console.frame.asking import show
from hansatsu.web.console.frame.cells import moment
from hansatsu.web.console.frame.files import download
from hansatsu.web.console.frame.listing import how_many_shops
from hansatsu.web.console.frame.lists import Link, found, record_links
from hansatsu.web.console.frame.tables import lines, linked, table, unbroken
from hansatsu.web.console.settlement import sums
from hansatsu.web.console.settlement.heroes import Hero
from hansatsu.web.console.settlement.next_steps import next_step, why_so
from hansatsu.web.console.settlement.words import (
    closing_name,
    day_words,
    kind_of_closing,
    period_of,
    standing_badge,
    standing_words,
)

UNUSUAL = (Standing.FAILED, Standing.HELD, Standing.NO_ACCOUNT, Standing.CARRIED)
"""Statements that stay where they are until somebody does something."""
SHOWN = 50
"""Of these, on the page; the list has all."""


def page(request: HttpRequest, clerk: Clerk, closing: Closing) -> HttpResponse:
    """What is paid, and what is in the way."""
    parts = parts_of(clerk.issuer, [closing.pk]).get(closing.pk, {})
    paid = sum(1 for _each in parts) and sum(
        part.count
        for each, part in parts.items()
        if each not in (Standing.CARRIED, Standing.NOTHING)
    )
    counts = {"shops": how_many_shops(paid), "payments": f"{closing.payment_count:,}"}
    return show(
        request,
        "closing",
        title=closing_name(closing),
        subtitle=f"{closing_name(closing)} · {period_of(closing)}",
        hero=Hero(
            _("振込する合計"),
            yen_words(closing.payout),
            _("%(shops)s · 決済 %(payments)s件") % counts,
        ),
        sum=sums.shown(closing),
        parts=[
            {
                "badge": standing_badge(each),
                "yen": yen_words(part.yen),
                "shops": how_many_shops(part.count),
                "href": statements_url(closing, each),
                "label": standing_words(each),
            }
            for each, part in parts.items()
        ],
        unusual=_unusual(clerk, closing),
        facts=_facts(closing),
        links=[
            *_run_link(clerk, parts),
            Link(_("精算書の一覧"), statements_url(closing), "description"),
            Link(_("Excelファイル(全店)"), console_url("closing_sheet", closing.pk), "download"),
            *_files_link(clerk, closing),
            *record_links(clerk, closing.subject),
        ],
    )


@require_safe
@for_clerks
def sheet(request: HttpRequest, clerk: Clerk, closing_id: int) -> HttpResponse:
    """All statements of it as a table, a row each."""
    closing = found(clerk, Closing, closing_id)
    name = f"{clerk.issuer.code}-closing-{closing.number:04}.xlsx"
    return download(closing_sheet(closing), XLSX, name)


def statements_url(closing: Closing, standing: Standing | None = None) -> str:
    """The list of its statements; those that stand so, when asked."""
    narrowed = {"closing": str(closing.pk)} | ({"standing": standing.value} if standing else {})
    return f"{console_url('settlement_statement_changelist')}?{urlencode(narrowed)}"


def _run_link(clerk: Clerk, parts: dict[Any, Any]) -> list[Link]:
    """To preparing a run, while something of it waits for one."""
    if Standing.WAITING not in parts or not clerk.may_open("run_new"):
        return []
    return [Link(_("振込を作成する"), console_url("run_new"), "add")]


def _files_link(clerk: Clerk, closing: Closing) -> list[Link]:
    """To its statements as PDF files, for who may have them made."""
    if not clerk.may_open("closing_files"):
        return []
    return [Link(_("精算書のPDF(全店)"), console_url("closing_files", closing.pk), "folder_zip")]


def _facts(closing: Closing) -> list[tuple[str, str]]:
    return [
        (_("締めの番号"), f"{closing.number:04}"),
        (_("種類"), kind_of_closing(closing.kind)),
        (_("締めの時刻"), _("%(moment)sより前") % {"moment": moment(closing.cut_at)}),
        (_("ファイルの提出期限"), day_words(closing.hand_in_by)),
        (_("支払日"), day_words(closing.pay_on)),
        (_("作成日時"), moment(closing.made_at)),
        (
            _("精算書"),
            ngettext("%(count)s通", "%(count)s通", closing.statement_count)
            % {"count": f"{closing.statement_count:,}"},
        ),
        (_("ハッシュ"), bytes(closing.hash).hex()),
    ]


def _unusual(clerk: Clerk, closing: Closing) -> dict[str, Any] | None:
    """Statements that wait for somebody: why, and what to do; None when there are not any."""
    rows = with_standing(clerk.issuer, Statement.objects.of(clerk.issuer).filter(closing=closing))
    rows = rows.filter(standing__in=UNUSUAL).select_related("shop", "closing")
    statements = list(rows.order_by("standing", "shop__code")[:SHOWN])
    if not statements:
        return None
    why = why_so(clerk.issuer, statements)
    headers = [_("状態"), _("お店"), _("金額"), _("わけ"), _("次にすること")]
    cells: list[list[Any]] = []
    for each in statements:
        step = next_step(clerk, each)
        cells.append(
            [
                standing_badge(each.standing),
                linked(f"{each.shop.code} {each.shop.local_name}", statement_url(each)),
                unbroken(yen_words(each.payout + each.carry)),
                lines([why.get(each.shop_id, "")]),
                linked(step.label, step.href) if step else SafeString("—"),
            ]
        )
    return table(headers, cells)


def statement_url(statement: Statement) -> str:
    """The page of a statement."""
    return console_url("settlement_statement_change", statement.pk)
