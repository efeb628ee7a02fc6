"""Proposing what statements add or take apart from payments, and deciding it."""

from collections.abc import Sequence
from typing import Any, assert_never

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from hansatsu.database.connections import ledger_connection
from hansatsu.flows.settlement import adjustments
from hansatsu.flows.settlement.adjustments import LARGEST, Proposal, Refusal
from hansatsu.flows.settlement.debts import debt_of
from hansatsu.flows.settlement.models import Adjustment, AdjustmentKind
from hansatsu.formats.japan import in_japan
from hansatsu.formats.typed import plain
from hansatsu.ledger import api as ledger
from hansatsu.parties import clock
from hansatsu.parties.issuers.models import Issuer
from hansatsu.parties.shops.models import Shop
from hansatsu.web.console.frame import fields
from hansatsu.web.console.frame.access import Clerk, console_url, for_clerks
from hansatsu.web.console.frame.amount_words import yen_words
from hansatsu.web.console.frame.asking import Question, ask, done
from hansatsu.web.console.frame.confirming import Confirmation, is_ready, to_confirm
from hansatsu.web.console.frame.figures import Figure
from hansatsu.web.console.frame.lists import found
from hansatsu.web.console.frame.once import OnceForm
from hansatsu.web.console.frame.tables import linked
from hansatsu.web.console.settlement.deciding import Words, decide_on_page
from hansatsu.web.console.settlement.shop_field import shop_code, typed_shop
from hansatsu.web.console.settlement.words import adjustment_words, day_words, signed_yen

LIST = "settlement_adjustment_changelist"
PAGE = "settlement_adjustment_change"
LONGEST_NUMBER = 64
TO_SHOP, FROM_SHOP = "to", "from"


class GoodwillForm(OnceForm):
    """A shop, more or less, how much."""

    shop = shop_code()
    way = fields.radio(
        gettext_lazy("どちらへ"),
        lambda: [(TO_SHOP, _("お店に支払う(+)")), (FROM_SHOP, _("お店から差し引く(−)"))],
    )
    yen = fields.number(gettext_lazy("金額(円)"), 1, LARGEST)
    payment = fields.text(
        gettext_lazy("決済ID"),
        LONGEST_NUMBER,
        required=False,
        help_text=gettext_lazy("決済についての調整のとき。なければ空けてください。"),
    )
    field_order = ("shop", "way", "yen", "payment", "reason", "key")

    def __init__(self, issuer: Issuer, *args: Any, **names: Any) -> None:
        super().__init__(*args, **names)
        self._issuer = issuer

    def clean_shop(self) -> Shop:
        """The shop itself."""
        return typed_shop(self._issuer, self.cleaned_data["shop"])

    def proposal(self) -> Proposal:
        """What was filled in."""
        typed = self.cleaned_data
        yen = typed["yen"] if typed["way"] == TO_SHOP else -typed["yen"]
        return Proposal(
            AdjustmentKind.GOODWILL, typed["shop"], yen, payment_number=typed["payment"]
        )


class WrongShopForm(OnceForm):
    """A payment, and the shop that was meant."""

    payment = fields.text(gettext_lazy("決済ID"), LONGEST_NUMBER)
    other = shop_code(gettext_lazy("正しいお店の加盟店番号"))
    yen = fields.number(gettext_lazy("移す金額(円)"), 1, LARGEST)
    field_order = ("payment", "other", "yen", "reason", "key")

    def __init__(self, issuer: Issuer, *args: Any, **names: Any) -> None:
        super().__init__(*args, **names)
        self._issuer = issuer
        self.taker: Shop | None = None

    def clean_payment(self) -> str:
        """A 決済ID of the issuer, as it is written; ``taker`` is who took the payment then."""
        number = plain(self.cleaned_data["payment"]).upper()
        self.taker = _shop_of_payment(self._issuer, number)
        if self.taker is None:
            raise forms.ValidationError(_("この決済IDの決済はありません。"))
        return number

    def clean_other(self) -> Shop:
        """The shop that was meant."""
        return typed_shop(self._issuer, self.cleaned_data["other"])

    def proposal(self) -> Proposal:
        """What was filled in."""
        typed = self.cleaned_data
        assert self.taker is not None
        return Proposal(
            AdjustmentKind.WRONG_SHOP,
            self.taker,
            typed["yen"],
            other=typed["other"],
            payment_number=typed["payment"],
        )


class CollectForm(OnceForm):
    """How much of its debt a shop paid into the issuer's account, and when."""

    yen = fields.number(gettext_lazy("回収した金額(円)"), 1, LARGEST)
    received_on = fields.day(gettext_lazy("入金日"))
    field_order = ("yen", "received_on", "reason", "key")


class WriteOffForm(OnceForm):
    """How much of a debt will not be paid."""

    yen = fields.number(gettext_lazy("償却する金額(円)"), 1, LARGEST)
    field_order = ("yen", "reason", "key")


@require_http_methods(["GET", "HEAD", "POST"])
@for_clerks
def new(request: HttpRequest, clerk: Clerk) -> HttpResponse:
    """Propose to pay a shop more, or less, than it took: ``?shop=`` is filled in."""
    first = {"shop": request.GET.get("shop", "")}
    form = GoodwillForm(clerk.issuer, request.POST or None, initial=first)
    title = _("調整を申請する")
    lead = _(
        "精算書に1行を足します。お店の売上や利用者の残高は変わりません。"
        "ほかの担当者が承認すると、次の精算書に載ります。"
    )
    if is_ready(request, form):
        answer = _confirm_and_propose(request, clerk, form, form.proposal(), title)
        if answer is not None:
            return answer
    return ask(request, Question(title, form, _("確認へ進む"), console_url(LIST), lead))


@require_http_methods(["GET", "HEAD", "POST"])
@for_clerks
def wrong_shop(request: HttpRequest, clerk: Clerk) -> HttpResponse:
    """Propose that a payment counts for the shop that was meant: ``?payment=`` is filled in, with
    all that is left of it."""
    number = request.GET.get("payment", "")
    left = adjustments.left_of_payment(clerk.issuer, number) if number else 0
    form = WrongShopForm(
        clerk.issuer, request.POST or None, initial={"payment": number, "yen": left or None}
    )
    title = _("お店の取り違えを直す")
    lead = _(
        "この決済は別のお店のものでした、というときに使います。決済はそのまま残り、"
        "両方のお店の次の精算書に、差し引きゼロになる1行ずつを載せます。"
    )
    if is_ready(request, form):
        answer = _confirm_and_propose(request, clerk, form, form.proposal(), title)
        if answer is not None:
            return answer
    back = console_url("support_payment", number) if left else console_url(LIST)
    facts = _facts_of_payment(clerk.issuer, number) if left else []
    return ask(request, Question(title, form, _("確認へ進む"), back, lead, facts))


@require_http_methods(["GET", "HEAD", "POST"])
@for_clerks
def collect(request: HttpRequest, clerk: Clerk, shop_id: int) -> HttpResponse:
    """Propose to say that a shop paid its debt."""
    shop = found(clerk, Shop, shop_id)
    form = CollectForm(request.POST or None, initial={"yen": debt_of(shop) or None})
    if is_ready(request, form):
        typed = form.cleaned_data
        wanted = Proposal(
            AdjustmentKind.COLLECTED, shop, typed["yen"], received_on=typed["received_on"]
        )
        answer = _confirm_and_propose(request, clerk, form, wanted, _("未収の回収を申請する"))
        if answer is not None:
            return answer
    lead = _("お店が口座へ振り込むなどして返したお金です。次の精算書で、未収が減ります。")
    return _ask_about_debt(request, shop, _("未収の回収を申請する"), form, lead)


@require_http_methods(["GET", "HEAD", "POST"])
@for_clerks
def write_off(request: HttpRequest, clerk: Clerk, shop_id: int) -> HttpResponse:
    """Propose to give up what a shop owes."""
    shop = found(clerk, Shop, shop_id)
    form = WriteOffForm(request.POST or None, initial={"yen": debt_of(shop) or None})
    if is_ready(request, form):
        wanted = Proposal(AdjustmentKind.WRITTEN_OFF, shop, form.cleaned_data["yen"])
        answer = _confirm_and_propose(request, clerk, form, wanted, _("未収の償却を申請する"))
        if answer is not None:
            return answer
    lead = _("お店から返ってこないお金を、発行者の負担にします。次の精算書で、未収が減ります。")
    return _ask_about_debt(request, shop, _("未収の償却を申請する"), form, lead)


@require_http_methods(["GET", "HEAD", "POST"])
@for_clerks
def approve(request: HttpRequest, clerk: Clerk, adjustment_id: int) -> HttpResponse:
    """Approve what somebody else proposed."""
    adjustment = _found(clerk, adjustment_id)
    words = Words(
        _("調整を承認"),
        _("承認する"),
        _("承認すると、それぞれのお店の次の精算書に載ります。承認は取り消せません。"),
        _("承認しました。次の精算書に載ります。"),
    )
    return decide_on_page(
        request,
        clerk,
        lambda deed: adjustments.approve(deed, clerk.staff, adjustment),
        words,
        facts=_facts(adjustment),
        back=console_url(PAGE, adjustment.pk),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_clerks
def decline(request: HttpRequest, clerk: Clerk, adjustment_id: int) -> HttpResponse:
    """Decline it; who proposed it takes it back so."""
    adjustment = _found(clerk, adjustment_id)
    words = Words(
        _("調整を却下"),
        _("却下する"),
        _("精算書には載りません。"),
        _("却下しました。"),
    )
    return decide_on_page(
        request,
        clerk,
        lambda deed: adjustments.decline(deed, clerk.staff, adjustment),
        words,
        facts=_facts(adjustment),
        back=console_url(PAGE, adjustment.pk),
    )


def _confirm_and_propose(
    request: HttpRequest, clerk: Clerk, form: OnceForm, wanted: Proposal, title: str
) -> HttpResponse | None:
    """Show what will come of it, then propose it; None when the form is to be shown with why not.
    What cannot be is said before it is confirmed."""
    today = in_japan(clock.now()).date()
    page = to_confirm(request, _confirmation(clerk, form, wanted, title))
    if page is not None:
        refused = adjustments.why_not_proposed(clerk.issuer, wanted, today)
        if refused:
            form.add_error(None, adjustment_refusal(refused))
            return None
        return page
    made = adjustments.propose(
        form.deed(clerk), clerk.staff, wanted, key=form.own_key(), today=today
    )
    if made.adjustment is None:
        form.add_error(None, adjustment_refusal(made.refusal))
        return None
    said = _("申請しました。ほかの担当者が承認します。")
    return done(request, said, console_url(PAGE, made.adjustment.pk))


def _confirmation(clerk: Clerk, form: OnceForm, wanted: Proposal, title: str) -> Confirmation:
    shops = {each.pk: each for each in (wanted.shop, wanted.other) if each is not None}
    figures = [
        Figure(
            f"{shops[pk].code} {shops[pk].local_name}",
            [],
            _("次の精算書で"),
            signed_yen(yen),
        )
        for pk, yen in wanted.lines.items()
    ]
    facts: list[tuple[str, Any]] = [(_("種類"), adjustment_words(wanted.kind))]
    if wanted.payment_number:
        facts += _facts_of_payment(clerk.issuer, wanted.payment_number)
    if wanted.received_on:
        facts.append((_("入金日"), day_words(wanted.received_on)))
    facts.append((_("理由"), form.cleaned_data["reason"]))
    return Confirmation(
        title=title,
        form=form,
        submit=_("申請する"),
        lead=_(
            "申請だけでは何も変わりません。ほかの担当者が承認したときに、次の精算書に載ります。"
        ),
        facts=facts,
        figures=figures,
    )


def _ask_about_debt(
    request: HttpRequest, shop: Shop, title: str, form: OnceForm, lead: str
) -> HttpResponse:
    facts = [
        (_("加盟店"), f"{shop.code} {shop.local_name}"),
        (_("状態"), _("利用中") if shop.open else _("停止中")),
        (_("未収"), yen_words(debt_of(shop))),
    ]
    back = console_url("debts")
    return ask(request, Question(title, form, _("確認へ進む"), back, lead, facts))


def _found(clerk: Clerk, adjustment_id: int) -> Adjustment:
    adjustment = adjustments.find_adjustment(clerk.issuer, adjustment_id)
    if adjustment is None:
        raise Http404("not this issuer's")
    return adjustment


def _facts(adjustment: Adjustment) -> Sequence[tuple[str, Any]]:
    facts: list[tuple[str, Any]] = [(_("種類"), adjustment_words(adjustment.kind))]
    for line in adjustment.lines.select_related("shop"):
        facts.append((f"{line.shop.code} {line.shop.local_name}", signed_yen(line.yen)))
    if adjustment.payment_number:
        facts += _facts_of_payment(adjustment.issuer, adjustment.payment_number)
    if adjustment.received_on:
        facts.append((_("入金日"), day_words(adjustment.received_on)))
    return [
        *facts,
        (_("申請した人"), adjustment.proposed_by.display_name),
        (_("申請の理由"), adjustment.reason),
    ]


def _facts_of_payment(issuer: Issuer, number: str) -> list[tuple[str, Any]]:
    """The payment that is meant: which, where it was made, what of it is left."""
    shop = _shop_of_payment(issuer, number)
    if shop is None:
        return []
    left = adjustments.left_of_payment(issuer, number)
    return [
        (_("決済ID"), linked(number, console_url("support_payment", number))),
        (_("決済したお店"), f"{shop.code} {shop.local_name}"),
        (_("返金や移動のあとに残る金額"), yen_words(left)),
    ]


def _shop_of_payment(issuer: Issuer, number: str) -> Shop | None:
    standing = ledger.payment_standing(ledger_connection(), issuer.pk, number)
    if standing is None:
        return None
    return Shop.objects.of(issuer).filter(pk=standing.entry.shop_id or 0).first()


def adjustment_refusal(why: Refusal) -> str:
    """Why an adjustment was not proposed; empty when it was."""
    match why:
        case "":
            return ""
        case "amount":
            return _("金額を確かめてください。1円以上、%(most)sまでです。") % {
                "most": yen_words(LARGEST)
            }
        case "unknown_payment":
            return _("この決済IDの決済はありません。")
        case "other_shop":
            return _("この決済は、このお店のものではありません。")
        case "same_shop":
            return _("決済したお店と正しいお店が同じです。")
        case "too_much":
            return _(
                "残りの金額より多く指定されています。返金や、ほかの申請の分を確かめてください。"
            )
        case "not_come":
            return _("入金日がまだ来ていません。入金のあった日を入力してください。")
        case never:
            assert_never(never)
