"""One statement: what the shop is paid, line by line, each with the way to what it adds up; and its
files."""

from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from hansatsu.flows.settlement.documents.content import Figure, StatementContent, content_of
from hansatsu.flows.settlement.documents.csv import statement_csv
from hansatsu.flows.settlement.documents.pdf import period_in_words, statement_pdf
from hansatsu.flows.settlement.documents.xlsx import statement_xlsx
from hansatsu.flows.settlement.models import Statement
from hansatsu.formats.sheets.writing import XLSX
from hansatsu.web.console.frame.access import Clerk, console_url, for_clerks
from hansatsu.web.console.frame.amount_words import yen_words
from hansatsu.web.console.frame.asking import show
from hansatsu.web.console.frame.cells import moment
from hansatsu.web.console.frame.files import download
from hansatsu.web.console.frame.lists import Link, found, record_links
from hansatsu.web.console.frame.tables import linked, table, unbroken
from hansatsu.web.console.settlement import sums
from hansatsu.web.console.settlement.heroes import Hero
from hansatsu.web.console.settlement.next_steps import next_step, why_so
from hansatsu.web.console.settlement.words import (
    closing_name,
    day_words,
    signed_yen,
    standing_badge,
)

WRITERS = {
    "pdf": (statement_pdf, "application/pdf"),
    "xlsx": (statement_xlsx, XLSX),
    "csv": (statement_csv, "text/csv; charset=utf-8"),
}


def page(request: HttpRequest, clerk: Clerk, statement: Any) -> HttpResponse:
    """``statement`` with its ``standing``."""
    content = content_of(statement)
    headers = [_("内訳"), _("金額"), _("もとになったもの")]
    paid_to = _("%(shop)s 様へのお支払い") % {"shop": statement.shop.local_name}
    return show(
        request,
        "statement",
        title=_("精算書"),
        subtitle=f"{statement.number} {statement.shop.local_name}",
        hero=Hero(paid_to, yen_words(statement.payout), period_in_words(content)),
        badge=standing_badge(statement.standing),
        why=why_so(clerk.issuer, [statement]).get(statement.shop_id, ""),
        step=next_step(clerk, statement),
        sum=sums.shown(statement),
        lines=table(headers, [_line(clerk, statement, each) for each in content.figures]),
        facts=_facts(statement, content),
        links=_links(clerk, statement),
        files=[
            Link(kind.upper(), f"{console_url('statement_file', statement.pk)}?as={kind}")
            for kind in WRITERS
        ],
    )


@require_safe
@for_clerks
def file(request: HttpRequest, clerk: Clerk, statement_id: int) -> HttpResponse:
    """The statement as ``?as=pdf``, ``xlsx`` or ``csv``: what its shop downloads."""
    statement = found(clerk, Statement, statement_id)
    kind = request.GET.get("as", "pdf")
    if kind not in WRITERS:
        raise Http404("no such form")
    write, content_type = WRITERS[kind]
    return download(write(statement), content_type, f"{statement.number}.{kind}")


def _links(clerk: Clerk, statement: Statement) -> list[Link]:
    closing = console_url("settlement_closing_change", statement.closing_id)
    shop = console_url("support_shop", statement.shop_id)
    of_shop = urlencode({"shop": statement.shop.code})
    hold = f"{console_url('hold_new')}?{of_shop}"
    adjust = f"{console_url('adjustment_new')}?{of_shop}"
    return clerk.only_open(
        ("settlement_closing_change", Link(closing_name(statement.closing), closing, "event")),
        ("support_shop", Link(_("お店のできごと"), shop, "history")),
        ("adjustment_new", Link(_("調整を申請する"), adjust, "tune")),
        ("hold_new", Link(_("支払を保留する"), hold, "front_hand")),
    ) + record_links(clerk, statement.subject)


def _line(clerk: Clerk, statement: Statement, figure: Figure) -> list[Any]:
    said: Any = figure.label
    if figure.detail:
        said = format_html('{}<br><span class="text-subtle">{}</span>', said, figure.detail)
    return [said, unbroken(signed_yen(figure.amount)), _source(clerk, statement, figure)]


def _source(clerk: Clerk, statement: Statement, figure: Figure) -> SafeString:
    """The way to what adds up to it; a dash for what is computed."""
    lines = {each.pk: each for each in statement.lines.all()}
    line = lines.get(figure.line or 0)
    if line is None:
        return SafeString("—")
    if figure.has_payments:
        query = urlencode({"kind": figure.kind, "emoney": line.emoney_id or 0})
        href = f"{console_url('statement_entries', statement.pk)}?{query}"
        return linked(_("返金の一覧") if figure.kind == "refund" else _("決済の一覧"), href)
    if figure.kind == "adjustment":
        of = statement.adjustment_lines.filter(pk=line.about or 0).first()
        if of is not None:
            href = console_url("settlement_adjustment_change", of.adjustment_id)
            return linked(_("調整 #%(number)s") % {"number": of.adjustment_id}, href)
    return SafeString("—")


def _counted(count: int) -> str:
    return ngettext("%(count)s件", "%(count)s件", count) % {"count": f"{count:,}"}


def _facts(statement: Statement, content: StatementContent) -> list[tuple[str, str]]:
    payable = getattr(statement, "payable", None)
    return [
        (_("精算書番号"), statement.number),
        (_("加盟店"), f"{statement.shop.code} {statement.shop.local_name}"),
        (_("決済"), _counted(statement.payment_count)),
        (_("返金"), _counted(statement.refund_count)),
        (_("支払日"), day_words(statement.closing.pay_on)),
        (_("振込先の口座"), statement.account or _("締めたときは未登録")),
        (_("支払済みの日時"), moment(payable.paid_at if payable else None)),
        (_("証明の番号"), content.digits),
    ]
