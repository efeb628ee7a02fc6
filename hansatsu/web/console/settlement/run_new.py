"""Preparing a run: what would be paid, to whom as the bank reads it, and what is left out."""

import re
from datetime import date
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from hansatsu.flows.charging.bank_transfers import ready_transfers
from hansatsu.flows.settlement.models import PayoutRun
from hansatsu.flows.settlement.payouts.choosing import Payee, Preview, preview
from hansatsu.flows.settlement.payouts.preparing import (
    is_too_far,
    may_be_followed,
    prepare,
    why_not_on,
)
from hansatsu.flows.settlement.payouts.reading import find_run, proposed_pay_day
from hansatsu.flows.settlement.rules import rules_of
from hansatsu.formats.japan import in_japan
from hansatsu.parties import clock
from hansatsu.parties.identity.masks import mask_name
from hansatsu.parties.issuers.deeds import Deed
from hansatsu.web.console.frame import fields
from hansatsu.web.console.frame.access import Clerk, console_url, for_clerks
from hansatsu.web.console.frame.amount_words import yen_words
from hansatsu.web.console.frame.asking import ReasonForm, done, show
from hansatsu.web.console.frame.cells import badge
from hansatsu.web.console.frame.lists import Link
from hansatsu.web.console.frame.tables import table
from hansatsu.web.console.settlement.heroes import Hero
from hansatsu.web.console.settlement.run_page import left_cells, made_of_words, run_url
from hansatsu.web.console.settlement.run_words import (
    conversion_words,
    day_refusal,
    not_prepared,
    run_name,
    transfers_words,
    yen_cell,
)
from hansatsu.web.console.settlement.words import day_words

FOLLOWS = re.compile("[0-9]{1,18}")
"""A run's id."""


def check_day(day: date) -> None:
    """Refuse a day that is over, or too far away for all that is reckoned of it.

    Raises:
        django.core.exceptions.ValidationError: then.
    """
    if day < in_japan(clock.now()).date():
        raise forms.ValidationError(day_refusal("too_soon"))
    if is_too_far(day):
        raise forms.ValidationError(day_refusal("too_far"))


class DayForm(forms.Form):
    """For which day, and whether residents' refunds go in the same file."""

    pay_on = fields.day(gettext_lazy("支払日"), validators=[check_day])
    refunds = fields.tick(gettext_lazy("利用者への返金も振り込む"))
    follows = forms.IntegerField(widget=forms.HiddenInput, required=False)


class PrepareForm(ReasonForm):
    """Why, and what was shown."""

    pay_on = forms.DateField(widget=forms.HiddenInput, validators=[check_day])
    refunds = forms.BooleanField(widget=forms.HiddenInput, required=False)
    follows = forms.IntegerField(widget=forms.HiddenInput, required=False)
    shown = forms.CharField(widget=forms.HiddenInput, max_length=64)


@require_http_methods(["GET", "HEAD", "POST"])
@for_clerks
def new(request: HttpRequest, clerk: Clerk) -> HttpResponse:
    """Look first, then prepare what was looked at."""
    if request.method == "POST":
        return _prepare(request, clerk)
    day = proposed_pay_day(clerk.issuer)
    asked = DayForm(request.GET if "pay_on" in request.GET else None, initial=_first(request, day))
    if asked.is_bound and not asked.is_valid():
        return _page(request, clerk, asked, None, None)
    typed = dict(asked.cleaned_data if asked.is_bound else asked.initial)
    return _shown(request, clerk, asked, typed)


def _first(request: HttpRequest, day: date) -> dict[str, Any]:
    """What is offered; the address may say that refunds go along, and which run it follows."""
    return {
        "pay_on": day,
        "refunds": "refunds" in request.GET,
        "follows": request.GET.get("follows", ""),
    }


def _prepare(request: HttpRequest, clerk: Clerk) -> HttpResponse:
    form = PrepareForm(request.POST)
    if "pay_on" in form.errors or "shown" in form.errors:  # not from this page
        return done(request, not_prepared("changed"), console_url("run_new"))
    typed = form.cleaned_data if form.is_valid() else form.cleaned_data | {"reason": ""}
    asked = DayForm(initial=typed)
    if form.errors:
        return _shown(request, clerk, asked, typed, form)
    made = prepare(
        Deed(clerk.actor, typed["reason"]),
        clerk.staff,
        typed["pay_on"],
        with_refunds=typed["refunds"],
        shown=typed["shown"],
        follows=_follows(clerk, typed["follows"]),
    )
    if made.run is not None:
        said = _("%(run)sを作成しました。ほかの担当者が承認します。") % {"run": run_name(made.run)}
        return done(request, said, run_url(made.run))
    form.add_error(None, not_prepared(made.outcome))
    return _shown(request, clerk, asked, typed, form)


def _shown(
    request: HttpRequest,
    clerk: Clerk,
    asked: DayForm,
    typed: dict[str, Any],
    sent: PrepareForm | None = None,
) -> HttpResponse:
    """The preview for a day, with the form that prepares it; with what was wrong of one sent."""
    found = preview(clerk.issuer, typed["pay_on"], with_refunds=bool(typed["refunds"]))
    again = {
        "pay_on": typed["pay_on"].isoformat(),
        "refunds": typed["refunds"],
        "follows": typed["follows"],
        "shown": found.digest,
    }
    if sent is None:
        form = PrepareForm(initial=again)
    else:
        form = PrepareForm({**again, "reason": sent.data.get("reason", "")})
        form.full_clean()
        for said in sent.non_field_errors():
            form.add_error(None, said)
    return _page(request, clerk, asked, found, form)


def _page(
    request: HttpRequest,
    clerk: Clerk,
    asked: DayForm,
    found: Preview | None,
    form: PrepareForm | None,
) -> HttpResponse:
    why = _why_not(clerk, found) if found else ""
    return show(
        request,
        "run_new",
        status=422 if asked.errors or (form and form.errors) else 200,
        title=_("振込の作成"),
        asked=asked,
        refunds=_refunds(clerk),
        found=found,
        form=form if found and not why and found.payees else None,
        why=why,
        settings=_settings(clerk),
        hero=_hero(found) if found else None,
        payees=_payees(found) if found else None,
        left=_left(clerk, found) if found else None,
        left_yen=yen_words(found.left_yen) if found else "",
        follows=_follows(clerk, asked["follows"].value()),
        leave=console_url("settlement_payoutrun_changelist"),
    )


def _why_not(clerk: Clerk, found: Preview) -> str:
    if not rules_of(clerk.issuer).has_originator:
        return not_prepared("no_originator")
    return day_refusal(why_not_on(clerk.issuer, found))


def _settings(clerk: Clerk) -> Link | None:
    """To where the issuer's own account is set, while it is not."""
    if rules_of(clerk.issuer).has_originator or not clerk.may_open("settlement_rules"):
        return None
    return Link(_("精算の設定へ"), console_url("settlement_rules"))


def _refunds(clerk: Clerk) -> str:
    """How many residents wait for money, and how much; empty when nobody does."""
    waiting = ready_transfers(clerk.issuer)
    if not waiting:
        return ""
    said = _("振込待ちの返金が%(count)s、%(yen)sあります。")
    yen = yen_words(sum(each.yen for each in waiting))
    return said % {"count": transfers_words(len(waiting)), "yen": yen}


def _hero(found: Preview) -> Hero:
    shops = sum(each.payable is not None for each in found.payees)
    days = {"day": day_words(found.hand_in_by)}
    note = made_of_words(shops, len(found.payees) - shops)
    note += " · " + _("銀行への提出期限 %(day)s") % days
    return Hero(_("振込する合計"), yen_words(found.total), note)


def _payees(found: Preview) -> dict[str, Any]:
    headers = [
        _("支払先"),
        _("銀行が読む名義"),
        _("読みかえ"),
        _("口座"),
        _("金額"),
        _("振込額"),
    ]
    return table(headers, [_payee(each) for each in found.payees])


def _payee(payee: Payee) -> list[Any]:
    said = [conversion_words(each) for each in payee.conversions] + list(payee.notes)
    first = badge(_("はじめて"), "info") if payee.new_code != "0" else ""
    account = format_html_join(
        " ", "{}", ((each,) for each in (payee.account.masked, first) if each)
    )
    return [
        _who(payee),
        payee.name,
        _("、").join(said) or SafeString("—"),
        account,
        yen_cell(payee.yen),
        yen_cell(payee.net),
    ]


def _who(payee: Payee) -> str:
    if payee.payable is not None:
        return f"{payee.payable.shop.code} {payee.payable.shop.local_name}"
    assert payee.transfer is not None
    resident = payee.transfer.resident
    return _("返金 %(name)s") % {"name": mask_name(resident.family_name, resident.given_name)}


def _left(clerk: Clerk, found: Preview) -> dict[str, Any] | None:
    if not found.left_out:
        return None
    headers = [_("状態"), _("支払先"), _("金額"), _("わけ"), _("次にすること")]
    return table(headers, [left_cells(clerk, each) for each in found.left_out])


def _follows(clerk: Clerk, value: object) -> PayoutRun | None:
    """The dropped run whose place the new one takes, as the address says."""
    if not FOLLOWS.fullmatch(str(value)):
        return None
    run = find_run(clerk.issuer, int(str(value)))
    return run if run is not None and may_be_followed(run) else None
