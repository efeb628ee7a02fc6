"""Proposing that a shop's money waits, deciding it, and ending it."""

from datetime import date
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from hansatsu.flows.settlement import holds
from hansatsu.flows.settlement.models import Hold
from hansatsu.flows.settlement.owing import owed_to
from hansatsu.formats.japan import in_japan
from hansatsu.parties import clock
from hansatsu.parties.issuers.deeds import Deed
from hansatsu.parties.issuers.models import Issuer
from hansatsu.parties.shops.models import Shop
from hansatsu.web.console.frame import fields
from hansatsu.web.console.frame.access import Clerk, console_url, for_clerks
from hansatsu.web.console.frame.amount_words import yen_words
from hansatsu.web.console.frame.asking import Question, ReasonForm, ask, done
from hansatsu.web.console.settlement.deciding import Words, decide_on_page
from hansatsu.web.console.settlement.hold_words import hold_ends_words
from hansatsu.web.console.settlement.shop_field import shop_code, typed_shop

LIST = "settlement_hold_changelist"
PAGE = "settlement_hold_change"


class HoldForm(ReasonForm):
    """Whose money, and until when."""

    shop = shop_code()
    until_day = fields.day(
        gettext_lazy("支払を再開する日"),
        required=False,
        help_text=gettext_lazy("この日から、また支払えます。空けると、解除するまで続きます。"),
    )
    field_order = ("shop", "until_day", "reason")

    def __init__(self, issuer: Issuer, *args: Any, **names: Any) -> None:
        super().__init__(*args, **names)
        self._issuer = issuer

    def clean_shop(self) -> Shop:
        """The shop itself."""
        return typed_shop(self._issuer, self.cleaned_data["shop"])

    def clean_until_day(self) -> date | None:
        """A day to come."""
        day: date | None = self.cleaned_data["until_day"]
        if day is not None and day <= in_japan(clock.now()).date():
            raise forms.ValidationError(_("明日より後の日を選んでください。"))
        return day


@require_http_methods(["GET", "HEAD", "POST"])
@for_clerks
def new(request: HttpRequest, clerk: Clerk) -> HttpResponse:
    """Propose to hold what a shop is owed: ``?shop=`` is filled in."""
    first = {"shop": request.GET.get("shop", "")}
    form = HoldForm(clerk.issuer, request.POST or None, initial=first)
    if form.is_valid():
        typed = form.cleaned_data
        deed = Deed(clerk.actor, typed["reason"])
        hold = holds.propose(deed, clerk.staff, typed["shop"], until_day=typed["until_day"])
        if hold is not None:
            said = _("申請しました。ほかの担当者が承認します。")
            return done(request, said, console_url(PAGE, hold.pk))
        form.add_error("shop", _("このお店には、承認待ちか保留中の支払保留がすでにあります。"))
    lead = _(
        "お店への支払を止めて、お金を預かっておきます。お店は、これまでどおり決済を受け付けます。"
        "ほかの担当者が承認すると始まります。"
    )
    title, submit = _("支払保留を申請する"), _("申請する")
    return ask(request, Question(title, form, submit, console_url(LIST), lead, danger=True))


@require_http_methods(["GET", "HEAD", "POST"])
@for_clerks
def approve(request: HttpRequest, clerk: Clerk, hold_id: int) -> HttpResponse:
    """Approve what somebody else proposed."""
    hold = _found(clerk, hold_id)
    words = Words(
        _("支払保留を承認"),
        _("承認する"),
        _("承認すると、これから作る振込に、このお店は入りません。"),
        _("承認しました。支払を保留しています。"),
    )
    return decide_on_page(
        request,
        clerk,
        lambda deed: holds.approve(deed, clerk.staff, hold),
        words,
        facts=_facts(hold),
        back=console_url(PAGE, hold.pk),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_clerks
def decline(request: HttpRequest, clerk: Clerk, hold_id: int) -> HttpResponse:
    """Decline it; who proposed it takes it back so."""
    hold = _found(clerk, hold_id)
    words = Words(
        _("支払保留を却下"),
        _("却下する"),
        _("お店への支払は、そのまま続きます。"),
        _("却下しました。"),
    )
    return decide_on_page(
        request,
        clerk,
        lambda deed: holds.decline(deed, clerk.staff, hold),
        words,
        facts=_facts(hold),
        back=console_url(PAGE, hold.pk),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_clerks
def release(request: HttpRequest, clerk: Clerk, hold_id: int) -> HttpResponse:
    """End a hold: the next run pays what waits."""
    hold = _found(clerk, hold_id)
    form, back = ReasonForm(request.POST or None), console_url(PAGE, hold.pk)
    if form.is_valid():
        deed = Deed(clerk.actor, form.cleaned_data["reason"])
        if holds.release(deed, clerk.staff, hold) == "released":
            return done(request, _("解除しました。次の振込から支払えます。"), back)
        form.add_error(None, _("この支払保留は、続いていません。"))
    lead = _("解除すると、次に作る振込に、このお店も入ります。")
    title, submit = _("支払保留を解除"), _("解除する")
    return ask(request, Question(title, form, submit, back, lead, _facts(hold), danger=True))


def _found(clerk: Clerk, hold_id: int) -> Hold:
    hold = holds.find_hold(clerk.issuer, hold_id)
    if hold is None:
        raise Http404("not this issuer's")
    return hold


def _facts(hold: Hold) -> list[tuple[str, str]]:
    return [
        (_("加盟店"), f"{hold.shop.code} {hold.shop.local_name}"),
        (_("いま支払を待っている金額"), yen_words(owed_to(hold.shop))),
        (_("いつまで"), hold_ends_words(hold.until_day)),
        (_("申請した人"), hold.proposed_by.display_name),
        (_("申請の理由"), hold.reason),
    ]
