"""What is done with many shops at once: looked at, done, undone."""

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from hansatsu.parties.shops import batches
from hansatsu.parties.shops.account_versions import waiting
from hansatsu.parties.shops.changes import Change
from hansatsu.parties.shops.models import Batch, BatchKind
from hansatsu.web.console.frame.access import Clerk, console_url, for_clerks
from hansatsu.web.console.frame.asking import Question, ReasonForm, done, show
from hansatsu.web.console.frame.listing import how_many_shops
from hansatsu.web.console.frame.lists import Link, found, record_links
from hansatsu.web.console.frame.permissions import Act
from hansatsu.web.console.frame.tables import lines, linked, table
from hansatsu.web.console.shops.batch_words import (
    ChangeWords,
    kind_words,
    left_rows,
    made_facts,
    settings_facts,
    state_words,
)

LIST = "shops_batch_changelist"
PAGE = "shops_batch_change"
A_PAGE = 100
"""Shops on one page."""


def page(
    request: HttpRequest, clerk: Clerk, batch: Batch, stale: list[str] | None = None
) -> HttpResponse:
    """A draft with what it would do, or what was done."""
    rows = Paginator(batches.changes_of(batch), A_PAGE).get_page(request.GET.get("page"))
    is_draft = batch.applied_at is None
    return show(
        request,
        "shop_batch",
        status=409 if stale else 200,
        title=_("確認") if is_draft else kind_words(batch.kind),
        batch=batch,
        sentence=_sentence(batch),
        facts=[*settings_facts(batch), *_counts(batch), *made_facts(batch)],
        state=state_words(batch),
        rows=rows,
        table=_table(clerk, batch, list(rows)),
        links=[] if is_draft else _links(clerk, batch),
        may_apply=is_draft and _may_apply(clerk, batch),
        yes=_submit(batch),
        danger=batch.kind == BatchKind.END,
        is_draft=is_draft,
        stale=stale or [],
        way_back=_back(batch),
        **({} if is_draft else {"back": Link(_("一括変更"), console_url(LIST))}),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_clerks
def apply(request: HttpRequest, clerk: Clerk, batch_id: int) -> HttpResponse:
    """Do what was drafted, as it was shown."""
    batch = found(clerk, Batch, batch_id)
    is_own = batch.drafted_by == clerk.staff.actor
    if not is_own and (batch.applied_at is None or request.method == "POST"):
        raise Http404("somebody else's draft")
    if request.method != "POST":
        return page(request, clerk, batch)
    if batch.applied_at is None and not _may_apply(clerk, batch):
        return page(request, clerk, batch)
    outcome = batches.apply(clerk.actor, batch, accounts=clerk.may(Act.ACCOUNTS))
    if outcome.stale:
        return page(request, clerk, batch, outcome.stale)
    said = {
        BatchKind.FILE: ngettext(
            "%(count)s店を登録・変更しました。", "%(count)s店を登録・変更しました。", outcome.done
        ),
        BatchKind.START: ngettext(
            "%(count)s店で使えるようにしました。",
            "%(count)s店で使えるようにしました。",
            outcome.done,
        ),
        BatchKind.END: ngettext(
            "%(count)s店で使えないようにしました。",
            "%(count)s店で使えないようにしました。",
            outcome.done,
        ),
    }[BatchKind(batch.kind)]
    count = {"count": f"{outcome.done:,}"}
    return done(request, said % count, console_url(PAGE, batch.pk))


@require_http_methods(["GET", "HEAD", "POST"])
@for_clerks
def undo(request: HttpRequest, clerk: Clerk, batch_id: int) -> HttpResponse:
    """Set shops back to what they were before."""
    batch = found(clerk, Batch, batch_id)
    if batch.applied_at is None:
        raise Http404("nothing was done")
    accounts = clerk.may(Act.ACCOUNTS)
    form, back = ReasonForm(request.POST or None), console_url(PAGE, batch.pk)
    if form.is_valid():
        outcome = batches.undo(clerk.actor, batch, accounts=accounts, **form.cleaned_data)
        if outcome.done:
            count = {"count": f"{outcome.done:,}"}
            return done(
                request,
                ngettext(
                    "%(count)s店を元に戻しました。", "%(count)s店を元に戻しました。", outcome.done
                )
                % count,
                back,
            )
        form.add_error(None, _("元に戻せる加盟店がありません。"))
    left = batches.left_by_undoing(batch, accounts=accounts)
    kept = {each.code for each in left}
    changes = [each for each in batches.changes_of(batch) if not each.undone]
    going = [each for each in changes if each.code not in kept]
    question = Question(
        title=_("元に戻す"),
        form=form,
        submit=ngettext("%(count)s店を元に戻す", "%(count)s店を元に戻す", len(going))
        % {"count": f"{len(going):,}"},
        back=back,
        lead=_undo_lead(batch),
        facts=[
            *settings_facts(batch),
            (_("元に戻る加盟店"), how_many_shops(len(going))),
            (_("元に戻せない加盟店"), how_many_shops(len(left))),
        ],
        danger=batch.kind == BatchKind.FILE,
    )
    shown = [batches.way_back(each) for each in going[:A_PAGE]]
    return show(
        request,
        "shop_batch_undo",
        status=422 if form.is_bound else 200,
        title=question.title,
        question=question,
        can=bool(going),
        left=table([_("加盟店番号"), _("店名"), _("理由")], left_rows(left[:A_PAGE])),
        left_more=max(0, len(left) - A_PAGE),
        going=_table(clerk, batch, shown),
        going_more=max(0, len(going) - A_PAGE),
    )


def _may_apply(clerk: Clerk, batch: Batch) -> bool:
    return batches.may_apply(clerk.actor, batch, accounts=clerk.may(Act.ACCOUNTS))


def _table(clerk: Clerk, batch: Batch, changes: list[Change]) -> dict[str, Any]:
    words = ChangeWords(batch.issuer)
    is_page = clerk.may_open("shops_shop_change")
    rows = []
    for each in changes:
        href = console_url("shops_shop_change", each.shop) if each.shop and is_page else ""
        code = linked(each.code, href) if href and not _is_gone(each) else each.code
        rows.append([code, each.name, lines(words.lines(each)), lines(_notes(each))])
    return table([_("加盟店番号"), _("店名"), _("変わるところ"), _("備考")], rows)


def _is_gone(change: Change) -> bool:
    return change.undone and change.before is None


def _notes(change: Change) -> list[str]:
    kind = [_("新しい加盟店")] if change.before is None else []
    undone = [_("元に戻しました")] if change.undone else []
    return [*undone, *kind, *change.notes]


def _links(clerk: Clerk, batch: Batch) -> list[Link]:
    way = Link(_("元に戻す"), console_url("shop_batch_undo", batch.pk), "undo")
    open_ones = batch.undone < batch.count
    undo_ = clerk.only_open(("shop_batch_undo", way)) if open_ones else []
    if batch.kind == BatchKind.FILE and open_ones:
        letters = Link(_("案内状を作る"), console_url("shop_letters"), "mail")
        undo_ = clerk.only_open(("shop_letters", letters)) + undo_
    return _accounts(clerk, batch) + undo_ + record_links(clerk, batches.subject_of(batch))


def _accounts(clerk: Clerk, batch: Batch) -> list[Link]:
    """To what waits of it, for somebody else than who entered it."""
    count = waiting(clerk.issuer).filter(batch=batch).count()
    if not count or batch.drafted_by == clerk.staff.actor:
        return []
    said = ngettext("承認待ちの口座(%(count)s店)", "承認待ちの口座(%(count)s店)", count)
    href = console_url("shop_batch_accounts", batch.pk)
    way = Link(said % {"count": f"{count:,}"}, href, "check")
    return clerk.only_open(("shop_batch_accounts", way))


def _counts(batch: Batch) -> list[tuple[str, str]]:
    if batch.kind != BatchKind.FILE:
        return [(_("加盟店"), how_many_shops(batch.count))]
    new = sum(each.before is None for each in batches.changes_of(batch))
    return [
        (_("新しい加盟店"), how_many_shops(new)),
        (_("内容が変わる加盟店"), how_many_shops(batch.count - new)),
    ]


def _sentence(batch: Batch) -> str:
    if batch.applied_at is not None:
        return ""
    return {
        BatchKind.FILE: _("まだ何も変わっていません。内容を確かめて、登録してください。"),
        BatchKind.START: _(
            "まだ何も変わっていません。次の加盟店で使えるようになります。"
            "これまでのお支払いは変わりません。"
        ),
        BatchKind.END: _(
            "まだ何も変わっていません。次の加盟店で、すぐに使えなくなります。"
            "いまの取り扱いの期間は記録に残り、あとで元に戻せます。"
        ),
    }[BatchKind(batch.kind)]


def _submit(batch: Batch) -> str:
    said = {
        BatchKind.FILE: ngettext(
            "%(count)s店を登録・変更する", "%(count)s店を登録・変更する", batch.count
        ),
        BatchKind.START: ngettext(
            "%(count)s店で使えるようにする", "%(count)s店で使えるようにする", batch.count
        ),
        BatchKind.END: ngettext(
            "%(count)s店で使えないようにする", "%(count)s店で使えないようにする", batch.count
        ),
    }[BatchKind(batch.kind)]
    return said % {"count": f"{batch.count:,}"}


def _undo_lead(batch: Batch) -> str:
    if batch.kind == BatchKind.FILE:
        return _(
            "このファイルで登録した加盟店はなくなり、変えた内容は前に戻ります。"
            "お支払いを受けた加盟店や、担当者のいる加盟店は、そのまま残ります。"
        )
    return _(
        "取り扱いの期間を、変える前に戻します。変えていたあいだのお支払いは変わりません。"
        "終わりの日時を過ぎた期間は戻りません。"
    )


def _back(batch: Batch) -> str:
    emoney = batch.settings.get("emoney")
    if emoney:
        return console_url("emoney_accept", emoney)
    return console_url("shop_import")
