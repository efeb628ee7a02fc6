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
)
from hansatsu.flows.payments.refunds import Refundable, RefundMade, refundable
from hansatsu.flows.support.finding import find_shop
from hansatsu.parties.shops.models import Shop
from hansatsu.web.console.frame.access import Clerk, console_url, for_clerks
from hansatsu.web.console.frame.amount_words import yen_words
from hansatsu.web.console.frame.asking import Question, ask, done
from hansatsu.web.console.frame.fields import Typed
from hansatsu.web.console.frame.once import OnceForm
from hansatsu.web.console.support.common import found_payment
from hansatsu.web.shared.refund_words import refund_refusal
from hansatsu.web.shared.typed import read_amount
from hansatsu.web.shared.words import japan_time


class RefundForm(OnceForm):
    """How much, and why."""

    amount = Typed(
        label=gettext_lazy("返金する金額(円)"),
        max_length=20,
        widget=UnfoldAdminTextInputWidget(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    field_order = ["amount", "reason", "key"]

    def clean_amount(self) -> int:
        """Yen, as typed in whatever width."""
        amount = read_amount(self.cleaned_data["amount"])
        if amount.yen is None:
            raise ValidationError(amount.error)
        return amount.yen


class ConfirmForm(forms.Form):
    """The intended refund, sealed."""

    token = forms.CharField(widget=forms.HiddenInput, max_length=2000)


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
        form.initial["amount"] = found.left
    if form.is_valid():
        typed = form.cleaned_data
        key = own_key(typed["key"])
        intent = RefundIntent(
            clerk.staff.pk, shop.pk, number, typed["amount"], typed["reason"], key
        )
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


def _confirm(
    request: HttpRequest, shop: Shop, found: Refundable, intent: RefundIntent, rehearsed: RefundMade
) -> HttpResponse:
    lead = _("お支払いに使われた残高に、そのまま戻ります。元に戻すことはできません。")
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
        form=ConfirmForm(initial={"token": REFUND_TOKENS.seal(intent)}),
        submit=_("返金する"),
        back=console_url("support_refund", found.number),
        facts=[
            *_facts(shop, found),
            (_("返金する金額"), yen_words(intent.amount)),
            (_("理由"), intent.reason),
        ],
        danger=True,
    )
    return ask(request, question)


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
    made = refund_by_staff(clerk.actor, clerk.staff, shop, intent, today_only=False)
    if made.refunded or made_refund(shop, intent):
        return done(request, _("返金しました。"), page)
    return done(request, _refused(made.outcome), page)


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
