"""What is done with a run: approved, dropped, handed over, marked as paid."""

import re
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from hansatsu.flows.settlement.models import PayoutRow, PayoutRun, RunState
from hansatsu.flows.settlement.payouts import approving, handing_over, marking
from hansatsu.flows.settlement.payouts.reading import paid_in_vain, sums_of
from hansatsu.flows.settlement.payouts.staleness import rows_of
from hansatsu.formats.typed import plain
from hansatsu.formats.zengin.bulk_transfer import MOST_ROWS, MOST_YEN
from hansatsu.parties.issuers.deeds import Deed
from hansatsu.parties.seals.bank_accounts import open_account
from hansatsu.web.console.frame import fields
from hansatsu.web.console.frame.access import Clerk, for_clerks
from hansatsu.web.console.frame.amount_words import yen_words
from hansatsu.web.console.frame.asking import LONGEST_REASON, Question, ReasonForm, ask, done
from hansatsu.web.console.frame.tables import table
from hansatsu.web.console.settlement.heroes import Hero
from hansatsu.web.console.settlement.run_page import found_run, made_of_words, run_url
from hansatsu.web.console.settlement.run_words import (
    not_approved,
    not_dropped,
    not_handed_over,
    not_marked,
    payee_words,
    run_name,
    transfers_words,
    yen_cell,
)
from hansatsu.web.console.settlement.words import day_words

FAILED_LINE = re.compile(r"(\d+)[\s,、:]+(\S.*)")
"""A transfer that the bank could not make: its place in the file, and why."""


class ApproveForm(ReasonForm):
    """The total as it was read, and why."""

    total = fields.number(
        gettext_lazy("振込する合計(円)"),
        1,
        MOST_ROWS * MOST_YEN,
        help_text=gettext_lazy("上の金額を、自分で入力してください。"),
    )
    field_order = ("total", "reason")


class PaidForm(ReasonForm):
    """What failed, and why it is said."""

    failed = fields.long_text(
        gettext_lazy("振込不能になったもの(あれば)"),
        10_000,
        rows=4,
        required=False,
        help_text=gettext_lazy(
            "1行に1件、明細の番号と銀行の理由を書いてください(例: 12 口座名義相違)。"
        ),
    )
    field_order = ("failed", "reason")

    def clean_failed(self) -> dict[int, str]:
        """By the rows' places."""
        found: dict[int, str] = {}
        for line in self.cleaned_data["failed"].splitlines():
            if not line.strip():
                continue
            match = FAILED_LINE.fullmatch(line.strip())
            place = int(plain(match[1])) if match else 0
            if match is None or place in found:
                said = _("「%(line)s」は、番号と理由になっていないか、2回書かれています。")
                raise forms.ValidationError(said % {"line": line.strip()[:40]})
            found[place] = match[2].strip()[:LONGEST_REASON]
        return found


@require_http_methods(["GET", "HEAD", "POST"])
@for_clerks
def approve(request: HttpRequest, clerk: Clerk, run_id: int) -> HttpResponse:
    """Let it go to the bank: the total is read and typed."""
    run = found_run(clerk, run_id)
    form = ApproveForm(request.POST or None)
    if form.is_valid():
        why = approving.approve(
            _deed(clerk, form), clerk.staff, run, total=form.cleaned_data["total"]
        )
        if not why:
            return done(request, _("承認しました。銀行へ引き渡せます。"), run_url(run))
        form.add_error("total" if why == "other_total" else None, not_approved(why))
    question = Question(
        title=_("%(run)sを承認する") % {"run": run_name(run)},
        form=form,
        submit=_("承認する"),
        back=run_url(run),
        lead=_("承認すると、銀行のファイルを受け取れるようになります。"),
        facts=_facts(run),
        danger=True,
    )
    rows = rows_of(run)
    first, again = _first_paid(rows), _paid_again(clerk, rows)
    return _ask(request, question, run, rows, first=first, again=again)


@require_http_methods(["GET", "HEAD", "POST"])
@for_clerks
def drop(request: HttpRequest, clerk: Clerk, run_id: int) -> HttpResponse:
    """Pay nothing of it: all waits for another run."""
    run = found_run(clerk, run_id)
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        why = approving.drop(_deed(clerk, form), clerk.staff, run)
        if not why:
            return done(request, _("取りやめました。次の振込で支払えます。"), run_url(run))
        form.add_error(None, not_dropped(why))
    question = Question(
        title=_("%(run)sを取りやめる") % {"run": run_name(run)},
        form=form,
        submit=_("取りやめる"),
        back=run_url(run),
        lead=_(
            "この振込では何も支払いません。支払いは待ちの状態に戻り、次の振込に入ります。"
            "もし銀行のファイルを別の方法で渡していたら、取りやめないでください。"
        ),
        facts=_facts(run),
        danger=True,
    )
    return _ask(request, question, run, rows_of(run))


@require_http_methods(["GET", "HEAD", "POST"])
@for_clerks
def fetch(request: HttpRequest, clerk: Clerk, run_id: int) -> HttpResponse:
    """Fetch the file: the first time hands it over."""
    run = found_run(clerk, run_id)
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        fetched = handing_over.fetch(_deed(clerk, form), clerk.staff, run)
        if not fetched.refusal:
            headers = {"Content-Disposition": content_disposition_header(True, run.file_name)}
            return HttpResponse(fetched.content, content_type="text/plain", headers=headers)
        form.add_error(None, not_handed_over(fetched.refusal))
    is_first = run.state in (RunState.PREPARED, RunState.APPROVED)
    question = Question(
        title=_("%(run)sのファイル") % {"run": run_name(run)},
        form=form,
        submit=_("ファイルを受け取る"),
        back=run_url(run),
        lead=_(
            "受け取ると、銀行へ引き渡したことになります。取りやめられなくなり、あなたはもう一度受け取れません。"
        )
        if is_first
        else _(
            "このファイルは、すでに銀行へ引き渡されています。2回渡すと、2回支払われます。"
            "銀行に届いていないことを確かめてから、受け取ってください。"
        ),
        facts=[*_facts(run), (_("ファイル"), run.file_name), ("SHA-256", run.file_sha256)],
        danger=True,
    )
    return _ask(request, question, run, rows_of(run))


@require_http_methods(["GET", "HEAD", "POST"])
@for_clerks
def paid(request: HttpRequest, clerk: Clerk, run_id: int) -> HttpResponse:
    """Note what the bank did: all is paid, but for what is named."""
    run = found_run(clerk, run_id)
    form = PaidForm(request.POST or None)
    if form.is_valid():
        failed = form.cleaned_data["failed"]
        why = marking.mark_paid(_deed(clerk, form), clerk.staff, run, failed=failed)
        if not why:
            said = _("支払済みにしました。")
            if failed:
                said += _("振込不能は%(count)sです。") % {"count": transfers_words(len(failed))}
            return done(request, said, run_url(run))
        form.add_error("failed" if why == "unknown_row" else None, not_marked(why))
    question = Question(
        title=_("%(run)sを支払済みにする") % {"run": run_name(run)},
        form=form,
        submit=_("支払済みにする"),
        back=run_url(run),
        lead=_(
            "銀行の結果を確かめてから押してください。返金のある利用者へは、メールでお知らせします。"
        ),
        facts=_facts(run),
        danger=True,
    )
    return _ask(request, question, run, rows_of(run))


def _deed(clerk: Clerk, form: forms.Form) -> Deed:
    return Deed(clerk.actor, form.cleaned_data["reason"])


def _ask(
    request: HttpRequest,
    question: Question,
    run: PayoutRun,
    rows: list[PayoutRow],
    **more: Any,
) -> HttpResponse:
    """The page, with the total before all else."""
    sums = sums_of(rows)
    note = made_of_words(sums.shops, sums.residents)
    hero = Hero(_("振込する合計"), yen_words(run.total), note)
    return ask(request, question, template="ask_run", hero=hero, **more)


def _facts(run: PayoutRun) -> list[tuple[str, str]]:
    return [
        (_("支払日"), day_words(run.pay_on)),
        (_("銀行への提出期限"), day_words(run.hand_in_by)),
        (_("件数"), transfers_words(run.count)),
        (_("作成した人"), run.prepared_by.display_name),
    ]


def _first_paid(rows: list[PayoutRow]) -> dict[str, Any] | None:
    """Accounts that were never paid before: these are looked at one by one."""
    cells = [
        [
            payee_words(row),
            row.payee,
            open_account(row.account).masked,
            yen_cell(row.net_yen),
            _who_entered(row),
        ]
        for row in rows
        if row.new_code != "0"
    ]
    headers = [_("支払先"), _("銀行が読む名義"), _("口座"), _("振込額"), _("登録 / 承認")]
    return table(headers, cells) if cells else None


def _paid_again(clerk: Clerk, rows: list[PayoutRow]) -> dict[str, Any] | None:
    """What an earlier run was to pay: that its money came back is one person's word."""
    before = paid_in_vain(clerk.issuer, rows)
    cells = [
        [
            payee_words(row),
            yen_cell(row.net_yen),
            run_name(failed.run),
            failed.failed_reason,
            day_words(failed.returned_on),
            yen_cell(failed.returned_yen or 0),
            failed.returned_noted_by.display_name if failed.returned_noted_by else "—",
        ]
        for row in rows
        if (failed := before.get(row.pk))
    ]
    headers = [_("支払先"), _("振込額"), _("前の振込"), _("銀行の理由"), _("戻った日")]
    headers += [_("戻った金額"), _("記録した人")]
    return table(headers, cells) if cells else None


def _who_entered(row: PayoutRow) -> str:
    version = row.account_version
    if version is None:
        return _("利用者本人")
    entered, decided = version.entered_by_name or "—", version.decided_by_name or "—"
    return f"{entered} / {decided}"
