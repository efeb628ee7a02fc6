"""Where shops are paid: an account is entered, and approved or declined by somebody else."""

from collections.abc import Sequence
from hashlib import sha256
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from hansatsu.parties.issuers.deeds import Deed
from hansatsu.parties.shops import account_versions
from hansatsu.parties.shops.account_versions import enter, entered, open_version, to_pay, waiting
from hansatsu.parties.shops.models import AccountState, AccountVersion, Batch
from hansatsu.web.console.frame.access import Clerk, console_url, for_clerks
from hansatsu.web.console.frame.asking import Question, ReasonForm, ask, done, show
from hansatsu.web.console.frame.lists import found
from hansatsu.web.console.frame.tables import lines, table
from hansatsu.web.console.shops.account_words import (
    account_refusal,
    compared,
    entered_words,
    short_lines,
)
from hansatsu.web.console.shops.forms import AccountForm
from hansatsu.web.console.shops.views import found_shop

PAGE = "shops_accountversion_change"
LIST = "shops_accountversion_changelist"


class TogetherForm(ReasonForm):
    """Why, and which accounts the page showed."""

    seen = forms.CharField(widget=forms.HiddenInput, max_length=64)


@require_http_methods(["GET", "HEAD", "POST"])
@for_clerks
def account(request: HttpRequest, clerk: Clerk, shop_id: int) -> HttpResponse:
    """Enter where a shop's takings are paid out to."""
    shop = found_shop(clerk, shop_id)
    last = entered(clerk.issuer, [shop.pk]).get(shop.pk)
    now = open_version(last).typed if last else {}
    form, back = (
        AccountForm(request.POST or None, initial=now),
        console_url("shops_shop_change", shop.pk),
    )
    if form.is_valid():
        typed = form.cleaned_data
        if enter(clerk.actor, shop, typed["account"], reason=typed["reason"], notes=typed["notes"]):
            said = _("口座を受け付けました。ほかの担当者が承認すると、振込先が変わります。")
            return done(request, said, back)
        form.add_error(None, _("いま登録されている口座と同じです。"))
    facts = [(_("加盟店番号"), shop.code), (_("店名"), shop.local_name)]
    if last is not None and last.state == AccountState.WAITING:
        facts.append((_("承認待ち"), entered_words(last)))
    lead = _(
        "通帳やお店からの届け出と見比べてください。"
        "ほかの責任者か経理担当が承認するまで、振込先は変わりません。"
    )
    question = Question(_("振込先の口座"), form, _("承認を依頼する"), back, lead=lead, facts=facts)
    return ask(request, question)


@require_http_methods(["GET", "HEAD", "POST"])
@for_clerks
def approve(request: HttpRequest, clerk: Clerk, version_id: int) -> HttpResponse:
    """Approve an account that somebody else entered."""
    version, form = _found(clerk, version_id), ReasonForm(request.POST or None)
    why = account_versions.why_not(version, clerk.staff.actor)
    if not why and form.is_valid():
        why = account_versions.approve(_deed(clerk, form), version)
        if not why:
            return done(request, _("口座を承認しました。"), console_url(PAGE, version.pk))
    if why:
        return _refuse(request, version, account_refusal(why))
    lead = _(
        "申込書や通帳の写しと、1文字ずつ見比べてください。承認すると、次の振込からこの口座に振り込みます。"
    )
    return _ask(request, version, form, _("口座を承認"), _("承認する"), lead)


@require_http_methods(["GET", "HEAD", "POST"])
@for_clerks
def decline(request: HttpRequest, clerk: Clerk, version_id: int) -> HttpResponse:
    """Decline an account; who entered it takes it back so."""
    version, form = _found(clerk, version_id), ReasonForm(request.POST or None)
    if version.state != AccountState.WAITING:
        return _refuse(request, version, account_refusal("decided"))
    if form.is_valid():
        why = account_versions.decline(_deed(clerk, form), version)
        if why:
            return _refuse(request, version, account_refusal(why))
        return done(request, _("口座を却下しました。"), console_url(PAGE, version.pk))
    lead = _("振込先は変わりません。")
    return _ask(request, version, form, _("口座を却下"), _("却下する"), lead)


@require_http_methods(["GET", "HEAD", "POST"])
@for_clerks
def approve_together(request: HttpRequest, clerk: Clerk, batch_id: int) -> HttpResponse:
    """Approve what still waits of one file, all on one page."""
    batch = found(clerk, Batch, batch_id)
    versions = list(waiting(clerk.issuer).filter(batch=batch).order_by("shop__code"))
    back = console_url("shops_batch_change", batch.pk)
    if not versions:
        said = _("このファイルには、承認待ちの口座はありません。")
        return show(request, "told", title=_("口座をまとめて承認"), said=said, way_back=back)
    if batch.drafted_by == clerk.staff.actor:
        said = account_refusal("oneself")
        return _tell(request, _("口座をまとめて承認"), said, back)
    form = TogetherForm(request.POST or None, initial={"seen": _seen(versions)})
    if form.is_valid():
        if form.cleaned_data["seen"] == _seen(versions):
            deed = Deed(clerk.actor, form.cleaned_data["reason"])
            outcome = account_versions.approve_together(deed, batch, versions)
            if not outcome.why:
                said = ngettext(
                    "%(count)s店の口座を承認しました。",
                    "%(count)s店の口座を承認しました。",
                    outcome.count,
                )
                return done(request, said % {"count": f"{outcome.count:,}"}, back)
            versions = list(waiting(clerk.issuer).filter(batch=batch).order_by("shop__code"))
        form = TogetherForm(initial={"seen": _seen(versions)})
        changed = _(
            "確認のあいだに口座が変わったため、何も承認していません。もう一度確かめてください。"
        )
    else:
        changed = ""
    return _ask_together(request, batch, versions, form, back, changed)


def _ask_together(
    request: HttpRequest,
    batch: Batch,
    versions: Sequence[AccountVersion],
    form: forms.Form,
    back: str,
    changed: str,
) -> HttpResponse:
    count = {"count": f"{len(versions):,}"}
    submit = ngettext("%(count)s店の口座を承認する", "%(count)s店の口座を承認する", len(versions))
    question = Question(
        title=_("口座をまとめて承認"),
        form=form,
        submit=submit % count,
        back=back,
        lead=_(
            "申込書や通帳の写しと、1店ずつ見比べてください。"
            "承認すると、次の振込から下のすべての口座に振り込みます。"
            "違う口座があれば、先にその口座を却下してください。"
        ),
        facts=[(_("入力した人"), batch.drafted_by_name), (_("理由"), batch.reason)],
    )
    return show(
        request,
        "account_approve_together",
        status=409 if changed else 422 if form.errors else 200,
        title=question.title,
        question=question,
        accounts=_table(batch, versions),
        changed=changed,
    )


def _table(batch: Batch, versions: Sequence[AccountVersion]) -> dict[str, Any]:
    now = to_pay(batch.issuer, [each.shop_id for each in versions])
    rows = [
        [
            lines([each.shop.code, each.shop.local_name]),
            short_lines(open_version(each)),
            lines(each.notes) if each.notes else "—",
            short_lines(open_version(now[each.shop_id])) if each.shop_id in now else _("なし"),
        ]
        for each in versions
    ]
    return table([_("加盟店"), _("新しい口座"), _("読み替え"), _("いまの口座")], rows)


def _ask(
    request: HttpRequest,
    version: AccountVersion,
    form: forms.Form,
    title: str,
    submit: str,
    lead: str,
) -> HttpResponse:
    facts = [
        (_("加盟店"), f"{version.shop.code} {version.shop.local_name}"),
        (_("入力した人"), entered_words(version)),
        (_("理由"), version.reason or "—"),
        *((_("読み替え"), note) for note in version.notes),
    ]
    question = Question(title, form, submit, console_url(PAGE, version.pk), lead=lead, facts=facts)
    now = to_pay(version.issuer, [version.shop_id]).get(version.shop_id)
    new = open_version(version)
    more = {"accounts": compared(open_version(now) if now else None, new), "account": new}
    return ask(request, question, template="account_decide", **more)


def _refuse(request: HttpRequest, version: AccountVersion, said: str) -> HttpResponse:
    return _tell(request, _("振込先の口座"), said, console_url(PAGE, version.pk))


def _tell(request: HttpRequest, title: str, said: str, way_back: str) -> HttpResponse:
    """Why nothing was done; the same to who only opens the page."""
    status = 409 if request.method == "POST" else 200
    return show(request, "told", status=status, title=title, said=said, way_back=way_back)


def _found(clerk: Clerk, version_id: int) -> AccountVersion:
    versions = AccountVersion.objects.of(clerk.issuer).select_related("shop", "issuer")
    version = versions.filter(pk=version_id).first()
    if version is None:
        raise Http404("not this issuer's")
    return version


def _deed(clerk: Clerk, form: forms.Form) -> Deed:
    return Deed(clerk.actor, form.cleaned_data["reason"])


def _seen(versions: Sequence[AccountVersion]) -> str:
    """What the page showed: accounts that came or went since make it another."""
    return sha256(",".join(str(each.pk) for each in versions).encode()).hexdigest()
