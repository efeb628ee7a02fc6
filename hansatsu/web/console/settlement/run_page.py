"""One run: whose turn it is, what is paid, what is in the way and what comes next; and its rows, as
the bank reads them."""

from collections.abc import Sequence
from typing import Any, assert_never

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_safe

from hansatsu.flows.settlement.models import PayoutRow, PayoutRun, RowOutcome, RunState
from hansatsu.flows.settlement.payouts.bank_file import read_file
from hansatsu.flows.settlement.payouts.choosing import LeftOut, preview
from hansatsu.flows.settlement.payouts.reading import Sums, find_run, sums_of
from hansatsu.flows.settlement.payouts.staleness import rows_of, stale_rows
from hansatsu.parties.seals.bank_accounts import open_account
from hansatsu.web.console.frame.access import Clerk, console_url, for_clerks
from hansatsu.web.console.frame.amount_words import yen_words
from hansatsu.web.console.frame.asking import show
from hansatsu.web.console.frame.cells import badge
from hansatsu.web.console.frame.lists import Link, record_links
from hansatsu.web.console.frame.tables import linked, table
from hansatsu.web.console.settlement.heroes import Hero
from hansatsu.web.console.settlement.run_box import box_of
from hansatsu.web.console.settlement.run_seals import seals_of
from hansatsu.web.console.settlement.run_words import (
    left_out_title,
    left_out_words,
    payee_words,
    row_state,
    row_tone,
    run_name,
    run_state,
    run_tone,
    stale_words,
    transfers_words,
    yen_cell,
)
from hansatsu.web.console.settlement.words import day_words
from hansatsu.web.shared.words import japan_time

PAGE = "settlement_payoutrun_change"
OPEN = (RunState.PREPARED, RunState.APPROVED, RunState.HANDED_OVER)


def page(request: HttpRequest, clerk: Clerk, run: PayoutRun) -> HttpResponse:
    """The state as a 捺印欄, and a box that speaks to who is logged in."""
    rows = rows_of(run)
    sums = sums_of(rows)
    left = preview(run.issuer, run.pay_on, with_refunds=False).left_out if is_open(run) else ()
    return show(
        request,
        "run",
        title=pgettext("many", "店舗への振込"),
        subtitle=_named(run),
        badge=badge(run_state(run.state), run_tone(run.state)),
        seals=seals_of(run),
        box=box_of(clerk, run, sums),
        hero=Hero(_("振込する合計"), yen_words(run.total), _made_of(sums)),
        terms=_terms(sums, left),
        unusual=_unusual(clerk, run, rows, left),
        foot=_foot(rows),
        facts=_facts(run),
        links=_links(clerk, run),
    )


@require_safe
@for_clerks
def rows(request: HttpRequest, clerk: Clerk, run_id: int) -> HttpResponse:
    """All rows in the order of the file, as the bank reads them: name and amount are the file's."""
    run = found_run(clerk, run_id)
    found, file = rows_of(run), read_file(run)
    headers = [
        _("番号"),
        _("状態"),
        _("支払先"),
        _("銀行が読む名義"),
        _("口座"),
        _("金額"),
        _("手数料"),
        _("振込額"),
        "",
    ]
    cells = [
        [
            row.place,
            badge(row_state(row), row_tone(row)),
            payee_words(row),
            written.payee,
            open_account(row.account).masked,
            yen_cell(row.yen),
            yen_cell(row.transfer_fee),
            yen_cell(written.yen),
            _step(clerk, row) or SafeString("—"),
        ]
        for row, written in zip(found, file.rows, strict=True)
    ]
    return show(
        request,
        "run_rows",
        title=_("明細"),
        subtitle=_named(run),
        hero=Hero(_("ファイルの合計"), yen_words(file.total), _made_of(sums_of(found))),
        table=table(headers, cells),
        leave=run_url(run),
    )


def found_run(clerk: Clerk, run_id: int) -> PayoutRun:
    """The issuer's run of this id; or 404."""
    run = find_run(clerk.issuer, run_id)
    if run is None:
        raise Http404("not this issuer's")
    return run


def run_url(run: PayoutRun) -> str:
    """The page of a run."""
    return console_url(PAGE, run.pk)


def is_open(run: PayoutRun) -> bool:
    """True while the bank has not paid it, and it was not dropped."""
    return run.state in OPEN


def made_of_words(shops: int, residents: int) -> str:
    """211店 · 返金 3件."""
    said = ngettext("%(count)s店", "%(count)s店", shops) % {"count": f"{shops:,}"}
    if residents:
        said += " · " + _("返金 %(count)s") % {"count": transfers_words(residents)}
    return said


def _named(run: PayoutRun) -> str:
    """第3回の振込 · 支払日 2026/12/10(木)."""
    return f"{run_name(run)} · " + _("支払日 %(day)s") % {"day": day_words(run.pay_on)}


def _made_of(sums: Sums) -> str:
    return made_of_words(sums.shops, sums.residents)


def _terms(sums: Sums, left: Sequence[LeftOut]) -> list[tuple[str, str, str]]:
    """What is due = sent + what is not, in sight: a name, an amount and a note each."""
    left_yen = sum(each.yen for each in left)
    terms = [(_("支払う時期の来た金額"), yen_words(sums.owed + left_yen), "")]
    terms.append((_("− 振り込まない分"), yen_words(left_yen), transfers_words(len(left))))
    if sums.fees:
        terms.append((_("− お店が負担する手数料"), yen_words(sums.fees), ""))
    terms.append((_("= 振込する合計"), yen_words(sums.sent), ""))
    if sums.failed:
        failed = transfers_words(sums.failed)
        terms.append((_("うち振込不能"), yen_words(sums.failed_yen), failed))
    return terms


def _unusual(
    clerk: Clerk, run: PayoutRun, rows: Sequence[PayoutRow], left: Sequence[LeftOut]
) -> dict[str, Any] | None:
    """What failed, changed or was left out: why, and what comes next; None when all is well."""
    cells: list[list[Any]] = [
        [
            badge(row_state(row), row_tone(row)),
            payee_words(row),
            yen_cell(row.net_yen),
            row.failed_reason,
            _step(clerk, row) or SafeString("—"),
        ]
        for row in rows
        if row.outcome == RowOutcome.FAILED
    ]
    if run.state in (RunState.PREPARED, RunState.APPROVED):
        cells += [
            [
                badge(_("変わった"), "danger"),
                payee_words(each.row),
                yen_cell(each.row.net_yen),
                stale_words(each.why),
                _("取りやめて作り直す"),
            ]
            for each in stale_rows(run)
        ]
    cells += [left_cells(clerk, each) for each in left]
    headers = [_("状態"), _("支払先"), _("金額"), _("わけ"), _("次にすること")]
    return table(headers, cells) if cells else None


def left_cells(clerk: Clerk, left: LeftOut) -> list[Any]:
    """A row of a table of what is not paid."""
    payable = left.payable
    who = f"{payable.shop.code} {payable.shop.local_name}" if payable else _("利用者への返金")
    step = _where(clerk, left)
    return [
        badge(left_out_title(left), "warning"),
        who,
        yen_cell(left.yen),
        left_out_words(left),
        linked(step.label, step.href) if step else SafeString("—"),
    ]


def _where(clerk: Clerk, left: LeftOut) -> Link | None:
    """Where somebody sees to what was left out; None where it only takes time."""
    if left.payable is None:
        assert left.transfer is not None
        href = console_url("charging_transfer_change", left.transfer.pk)
        return Link(_("返金を見る"), href) if clerk.may_open("charging_transfer_change") else None
    shop = left.payable.shop
    match left.why:
        case "held":
            page, label = "settlement_hold_changelist", _("支払保留を見る")
            href = f"{console_url(page)}?q={shop.code}"
        case "no_account" | "account_waiting" | "unfit":
            page, label = "shops_shop_change", _("口座を見る")
            href = console_url(page, shop.pk)
        case "first_days" | "below_fee":
            return None
        case never:
            assert_never(never)
    return Link(label, href) if clerk.may_open(page) else None


def _step(clerk: Clerk, row: PayoutRow) -> Any:
    """What is done with a row next, as a link; empty when nothing is."""
    if row.outcome == RowOutcome.FAILED and row.returned_on is None:
        ways = (("run_row_returned", _("戻り金を記録")), ("run_row_paid", _("支払済みに戻す")))
        links = [_link(clerk, page, label, row) for page, label in ways]
        return format_html_join(" · ", "{}", ((each,) for each in links if each))
    if row.outcome == RowOutcome.FAILED:
        facts = {"day": day_words(row.returned_on), "yen": yen_words(row.returned_yen or 0)}
        return _("%(day)sに%(yen)sが戻りました") % facts
    if row.outcome == RowOutcome.PAID:
        return _link(clerk, "run_row_fail", _("振込不能にする"), row)
    return ""


def _link(clerk: Clerk, page: str, label: str, row: PayoutRow) -> Any:
    return linked(label, console_url(page, row.pk)) if clerk.may_open(page) else ""


def _foot(rows: Sequence[PayoutRow]) -> str:
    """About the file, in a line."""
    first = sum(row.new_code != "0" for row in rows)
    said = _("銀行ファイル %(count)s · はじめての口座 %(first)s")
    return said % {"count": transfers_words(len(rows)), "first": transfers_words(first)}


def _facts(run: PayoutRun) -> list[tuple[str, str]]:
    facts = [
        (_("ファイル"), run.file_name),
        ("SHA-256", run.file_sha256),
        (_("銀行への提出期限"), day_words(run.hand_in_by)),
    ]
    facts += [
        (_("受け取った人"), f"{each.by.display_name} {japan_time(each.at)}")
        for each in run.fetches.select_related("by").order_by("pk")
    ]
    if run.follows:
        facts.append((_("作り直した元"), run_name(run.follows)))
    if run.dropped_by is not None and run.dropped_at is not None:
        said = f"{run.dropped_by.display_name} {japan_time(run.dropped_at)}"
        facts.append((_("取りやめた人"), said))
    return facts


def _links(clerk: Clerk, run: PayoutRun) -> list[Link]:
    ways = [("run_rows", Link(_("明細を見る"), console_url("run_rows", run.pk), "list"))]
    if run.state in (RunState.PREPARED, RunState.APPROVED):
        drop = Link(_("取りやめる"), console_url("run_drop", run.pk), "block")
        ways.append(("run_drop", drop))
    if run.state in (RunState.HANDED_OVER, RunState.PAID):
        again = Link(_("ファイルをもう一度受け取る"), console_url("run_fetch", run.pk), "download")
        ways.append(("run_fetch", again))
    return [*clerk.only_open(*ways), *record_links(clerk, run.subject)]
