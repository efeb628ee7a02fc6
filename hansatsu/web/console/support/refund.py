"""返金 of a shop's payment by the office: by the same rules as on the shop's page."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods
from unfold.widgets import UnfoldAdminTextInputWidget

from hansatsu.flows.payments.poster_intents import own_key
from hansatsu.flows.payments.refund_intents import (
    REFUND_TOKENS,
    RefundIntent,
    made_refund,
    refund_by_staff,
    rehearse_by_staff,
    sent_left,
)
from hansatsu.flows.payments.refunds import Refundable, RefundMade, find_refundable, refundable
from hansatsu.flows.payments.refunds_since import refunds_since
from hansatsu.flows.support.finding import find_shop
from hansatsu.parties.shops.models import Shop
from hansatsu.web.console.frame.access import Clerk, console_url, for_clerks
from hansatsu.web.console.frame.amount_words import yen_words
from hansatsu.web.console.frame.asking import Question, ask, done
from hansatsu.web.console.frame.fields import Typed
from hansatsu.web.console.frame.listing import listed
from hansatsu.web.console.frame.once import OnceForm
from hansatsu.web.console.support.common import found_payment
from hansatsu.web.shared.refund_words import refund_refusal, refunds_in_words
from hansatsu.web.shared.typed import read_amount
from hansatsu.web.shared.words import japan_time


class RefundForm(OnceForm):
    """How much, and why."""

    amount = Typed(
        label=gettext_lazy("返金する金額(円)"),
        max_length=20,
        widget=UnfoldAdminTextInputWidget(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    left = forms.CharField(widget=forms.HiddenInput, required=False, max_length=20)
    field_order = ["amount", "reason", "key"]

    def clean_amount(self) -> int:
        """Yen, as typed in whatever width."""
        amount = read_amount(self.cleaned_data["amount"])
        if amount.yen is None:
            raise ValidationError(amount.error)
        return amount.yen


class ConfirmForm(forms.Form):
    """The intended refund, sealed; and the yen that the page shows as left."""

    token = forms.CharField(widget=forms.HiddenInput, max_length=2000)
    left = forms.CharField(widget=forms.HiddenInput, max_length=20)


@require_http_methods(["GET", "HEAD", "POST"])
@for_clerks
def refund(request: HttpRequest, clerk: Clerk, number: str) -> HttpResponse:
    """Ask how much and why, show what will happen, and do it once."""
    standing = found_payment(clerk, number)
    shop = find_shop(clerk.issuer, standing.entry.shop_id or 0)
    if shop is None:
        raise Http404("not a payment at a shop")
    found = refundable(standing)
    if "token" in request.POST:
        return _make(request, clerk, shop, found)
    form = RefundForm(request.POST or None)
    if not form.is_bound:
        form.initial["amount"] = form.initial["left"] = found.left
    if form.is_valid():
        intent = _intent(clerk, shop, found, form.cleaned_data)
        rehearsed = rehearse_by_staff(clerk.staff, shop, intent, today_only=False)
        if rehearsed.refunded:
            return _confirm(request, shop, found, intent, rehearsed)
        form.add_error(None, _refused(rehearsed.outcome))
    question = Question(
        title=_("返金"),
        form=form,
        submit=_("確認へ進む"),
        back=console_url("support_payment", number),
        facts=_facts(shop, found),
    )
    return ask(request, question)


def _intent(clerk: Clerk, shop: Shop, found: Refundable, typed: dict[str, Any]) -> RefundIntent:
    sent = sent_left(typed["left"])
    return RefundIntent(
        staff=clerk.staff.pk,
        shop=shop.pk,
        number=found.number,
        amount=typed["amount"],
        reason=typed["reason"],
        key=own_key(typed["key"]),
        left=found.left if sent is None else sent,
    )


def _confirm(
    request: HttpRequest, shop: Shop, found: Refundable, intent: RefundIntent, rehearsed: RefundMade
) -> HttpResponse:
    since = refunds_in_words(refunds_since(shop, found, intent.left), name_clerks=True)
    lead = _since_words(since)
    lead += _("お支払いに使われた残高に、そのまま戻ります。元に戻すことはできません。")
    if rehearsed.expired:
        lead += _("このうち%(yen)sは有効期限が過ぎているため、使えません。") % {
            "yen": yen_words(rehearsed.expired)
        }
    if rehearsed.reversed:
        lead += _("このうち%(yen)sはチャージが取り消されているため、使えません。") % {
            "yen": yen_words(rehearsed.reversed)
        }
    question = Question(
        title=_("返金の確認"),
        lead=lead,
        form=ConfirmForm(initial={"token": REFUND_TOKENS.seal(intent), "left": found.left}),
        submit=_("もう一度返金する") if since else _("返金する"),
        back=console_url("support_refund", found.number),
        facts=[
            *_facts(shop, found),
            (_("返金する金額"), yen_words(intent.amount)),
            (_("理由"), intent.reason),
        ],
        danger=True,
    )
    return ask(request, question)


def _since_words(since: list[str]) -> str:
    if not since:
        return ""
    return _(
        "この画面を開いたあとに、この決済からお返しがありました: %(refunds)s。"
        "もう一度お返しするのか、ご確認ください。"
    ) % {"refunds": listed(since)}


def _make(request: HttpRequest, clerk: Clerk, shop: Shop, found: Refundable) -> HttpResponse:
    opened = REFUND_TOKENS.open(request.POST["token"])
    if opened is None:
        raise Http404("not sealed by us")
    intent = opened.value
    asked = (clerk.staff.pk, shop.pk, found.number)
    if (intent.staff, intent.shop, intent.number) != asked:
        raise Http404("not this person's")
    page = console_url("support_payment", found.number)
    if not opened.is_fresh() and not made_refund(shop, intent):
        return done(
            request,
            _("時間がたったため、返金していません。もう一度はじめから行ってください。"),
            page,
        )
    sent = sent_left(request.POST.get("left", ""))
    left = intent.left if sent is None else sent
    made = refund_by_staff(clerk.actor, clerk.staff, shop, intent, today_only=False, left=left)
    if made.refunded or made_refund(shop, intent):
        return done(request, _("返金しました。"), page)
    if made.outcome == "left_changed":
        return _ask_again(request, clerk, shop, intent)
    return done(request, _refused(made.outcome), page)


def _ask_again(
    request: HttpRequest, clerk: Clerk, shop: Shop, intent: RefundIntent
) -> HttpResponse:
    """The confirm page once more, with what is left now; or why nothing can be given back now."""
    found = find_refundable(shop, intent.number)
    rehearsed = rehearse_by_staff(clerk.staff, shop, intent, today_only=False)
    if found is None or not rehearsed.refunded:
        page = console_url("support_payment", intent.number)
        return done(request, _refused(rehearsed.outcome), page)
    return _confirm(request, shop, found, intent, rehearsed)


def _facts(shop: Shop, found: Refundable) -> list[tuple[str, Any]]:
    return [
        (_("決済ID"), found.number),
        (_("利用店舗"), shop.local_name),
        (_("利用日時"), japan_time(found.paid_at)),
        (_("決済金額"), yen_words(found.amount)),
        (_("返金できる金額"), yen_words(found.left)),
    ]


def _refused(outcome: str) -> str:
    return refund_refusal(outcome).title
