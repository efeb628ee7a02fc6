"""精算の設定: own account, bank days, the bank's file, fees. What moves money is changed by the
owner alone, and stands in the record with before and after."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from hansatsu.flows.settlement.rule_changes import change_rules
from hansatsu.flows.settlement.rules import rules_of
from hansatsu.formats.zengin.names import read_name
from hansatsu.parties.issuers.deeds import Deed
from hansatsu.web.console.frame.access import Clerk, console_url, for_clerks
from hansatsu.web.console.frame.asking import Question, ask, done, show
from hansatsu.web.console.frame.confirming import Confirmation, is_ready, to_confirm
from hansatsu.web.console.settings.closing import closing_facts
from hansatsu.web.console.settings.fee_classes import fee_class_facts
from hansatsu.web.console.settings.settlement_facts import (
    account_facts,
    days_facts,
    file_facts,
    on_demand_facts,
    transfer_fee_facts,
)
from hansatsu.web.console.settings.settlement_forms import (
    AccountForm,
    DaysForm,
    FileForm,
    OnDemandForm,
    TransferFeeForm,
    bands_of,
)

PAGE = "settlement_rules"


@require_safe
@for_clerks
def page(request: HttpRequest, clerk: Clerk) -> HttpResponse:
    """What is so now, and ways to change it."""
    rules = rules_of(clerk.issuer)
    groups = [
        (_("振込元の口座"), "settlement_rules_account", account_facts(rules)),
        (_("締め日と振込日"), "settings_closing", closing_facts(clerk.issuer)),
        (_("銀行の営業日"), "settlement_rules_days", days_facts(rules)),
        (_("加盟店の手数料"), "fee_classes", fee_class_facts(clerk.issuer)),
        (_("振込手数料"), "settlement_rules_transfer_fees", transfer_fee_facts(rules)),
        (_("随時払い"), "settlement_rules_on_demand", on_demand_facts(rules)),
        (_("銀行のファイルと登録番号"), "settlement_rules_file", file_facts(rules)),
    ]
    shown = [
        {
            "title": title,
            "facts": facts,
            "href": console_url(name) if clerk.may_open(name) else "",
        }
        for title, name, facts in groups
    ]
    return show(request, "settings", title=_("精算の設定"), groups=shown)


@require_http_methods(["GET", "HEAD", "POST"])
@for_clerks
def account(request: HttpRequest, clerk: Clerk) -> HttpResponse:
    """Where the money leaves from; shown as the bank reads it before it is kept."""
    rules = rules_of(clerk.issuer)
    names = AccountForm.field_order[:-1]
    form = AccountForm(request.POST or None, initial={name: getattr(rules, name) for name in names})
    title = _("振込元の口座")
    if is_ready(request, form):
        wanted = {name: form.cleaned_data[name] for name in names}
        for name, value in wanted.items():
            setattr(rules, name, value)
        read = read_name(str(form.data.get("originator_name", "")))
        converted = ", ".join(f"{each.written} → {each.read}" for each in read.conversions)
        asked = Confirmation(
            title=title,
            form=form,
            submit=_("変える"),
            lead=_("銀行のファイルには、このとおりに入ります。"),
            facts=[
                *account_facts(rules),
                (_("口座番号"), rules.own_number),
                *([(_("変換した文字"), converted)] if converted else []),
            ],
        )
        return to_confirm(request, asked) or _changed(request, clerk, form, wanted)
    return _ask(
        request, form, title, _("次に作るファイルから変わります。作ったファイルは変わりません。")
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_clerks
def days(request: HttpRequest, clerk: Clerk) -> HttpResponse:
    """How bank days move payouts."""
    rules = rules_of(clerk.issuer)
    names = DaysForm.field_order[:-1]
    now = {name: getattr(rules, name) for name in names}
    now["own_closed_days"] = "\n".join(day.isoformat() for day in rules.own_closed_days)
    form = DaysForm(request.POST or None, initial=now)
    if form.is_valid():
        return _changed(request, clerk, form, {name: form.cleaned_data[name] for name in names})
    return _ask(request, form, _("銀行の営業日"), _("次の締めから変わります。"))


@require_http_methods(["GET", "HEAD", "POST"])
@for_clerks
def file(request: HttpRequest, clerk: Clerk) -> HttpResponse:
    """What banks differ in, and the number on invoices."""
    rules = rules_of(clerk.issuer)
    names = FileForm.field_order[:-1]
    form = FileForm(request.POST or None, initial={name: getattr(rules, name) for name in names})
    if form.is_valid():
        return _changed(request, clerk, form, {name: form.cleaned_data[name] for name in names})
    lead = _("次に作るファイルと精算書から変わります。")
    return _ask(request, form, _("銀行のファイルと登録番号"), lead)


@require_http_methods(["GET", "HEAD", "POST"])
@for_clerks
def transfer_fees(request: HttpRequest, clerk: Clerk) -> HttpResponse:
    """Who pays what the bank takes for a transfer; shown in yen before it is kept."""
    rules = rules_of(clerk.issuer)
    now = {"fee_bearer": rules.fee_bearer} | bands_of(rules)
    form = TransferFeeForm(request.POST or None, initial=now)
    title = _("振込手数料")
    if is_ready(request, form):
        wanted = {name: form.cleaned_data[name] for name in ("fee_bearer", "transfer_fees")}
        for name, value in wanted.items():
            setattr(rules, name, value)
        facts = transfer_fee_facts(rules)
        lead = _("次に作る振込から変わります。")
        asked = Confirmation(title=title, form=form, submit=_("変える"), lead=lead, facts=facts)
        return to_confirm(request, asked) or _changed(request, clerk, form, wanted)
    return _ask(
        request, form, title, _("銀行との契約のとおりに入力してください。使わない段は空けます。")
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_clerks
def on_demand(request: HttpRequest, clerk: Clerk) -> HttpResponse:
    """Whether shops may ask to be paid in between."""
    rules = rules_of(clerk.issuer)
    names = OnDemandForm.field_order[:-1]
    now = {name: getattr(rules, name) for name in names}
    now["on_demand_fee_class"] = rules.on_demand_fee_class_id or ""
    form = OnDemandForm(clerk.issuer, request.POST or None, initial=now)
    if form.is_valid():
        return _changed(request, clerk, form, {name: form.cleaned_data[name] for name in names})
    lead = _("加盟店が、締め日を待たずに振込を申請できるようにします。承認は事務局がします。")
    return _ask(request, form, _("随時払い"), lead)


def _changed(
    request: HttpRequest, clerk: Clerk, form: forms.Form, wanted: Mapping[str, Any]
) -> HttpResponse:
    changed = change_rules(Deed(clerk.actor, form.cleaned_data["reason"]), wanted)
    said = _("変えました。") if changed else _("変更はありませんでした。")
    return done(request, said, console_url(PAGE))


def _ask(request: HttpRequest, form: forms.Form, title: str, lead: str) -> HttpResponse:
    return ask(request, Question(title, form, _("変える"), console_url(PAGE), lead=lead))
