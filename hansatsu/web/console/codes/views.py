"""Codes and cards in bulk: ordered, watched, handed out once, made void."""

from datetime import timedelta
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from hansatsu.flows.printouts import batches as bulk
from hansatsu.flows.printouts import stopping, store
from hansatsu.flows.printouts.models import Making, MakingState, PrintFile, PrintKind, Stopping
from hansatsu.flows.printouts.voiding import VOIDABLE, void_unused, would_void
from hansatsu.formats.japan import in_japan, start_of
from hansatsu.parties.gifts.expiry import Expiry as GiftExpiry
from hansatsu.parties.gifts.models import GiftCode
from hansatsu.parties.gifts.services import NewGifts
from hansatsu.parties.gifts.voiding import void_code as void_gift_code
from hansatsu.parties.issuers.models import Issuer
from hansatsu.parties.programs.models import PurchaseCode
from hansatsu.parties.programs.registering import void_code
from hansatsu.parties.staff.accounts import name_of_actor
from hansatsu.web.console.codes.batches import to_list
from hansatsu.web.console.codes.forms import CardsForm, CodesForm, GiftsForm, MakingForm
from hansatsu.web.console.codes.making_shown import cards_shown, codes_shown, gifts_shown
from hansatsu.web.console.codes.words import error_words, kind_words, state_words, voided_words
from hansatsu.web.console.frame.access import Clerk, console_url, for_clerks
from hansatsu.web.console.frame.amount_words import value_words
from hansatsu.web.console.frame.asking import Question, ReasonForm, ask, done, show
from hansatsu.web.console.frame.confirming import Confirmation, is_ready, to_confirm
from hansatsu.web.console.frame.lists import Link, found, record_links
from hansatsu.web.console.frame.needing import needed
from hansatsu.web.shared.redirects import SeeOther
from hansatsu.web.shared.words import grouped

LIST = "printouts_making_changelist"
PAGE = "printouts_making_change"


@require_http_methods(["GET", "HEAD", "POST"])
@for_clerks
def codes(request: HttpRequest, clerk: Clerk) -> HttpResponse:
    """Order purchase codes."""
    title = _("購入コードを作る")
    missing = needed(request, clerk, "code_make", title, console_url(LIST))
    if missing is not None:
        return missing
    form = CodesForm(clerk.issuer, request.POST or None)
    if is_ready(request, form):
        typed = form.cleaned_data
        sale = form.sales[typed["sale"]]
        days = {"first_day": typed["first_day"], "last_day_": typed["last_day"]}
        settings = bulk.code_settings(sale, typed["units"], **days)
        name = f"{sale.name} {typed['units']}口"[:60]
        wanted = bulk.Order(PrintKind.WINNERS, name, settings, *_wanted(typed))
        return _confirm_and_order(request, clerk, wanted, form, codes_shown(sale, form))
    return _ask(request, title, form)


@require_http_methods(["GET", "HEAD", "POST"])
@for_clerks
def gifts(request: HttpRequest, clerk: Clerk) -> HttpResponse:
    """Order gift codes."""
    title = _("ギフトコードを作る")
    missing = needed(request, clerk, "gift_make", title, console_url(LIST))
    if missing is not None:
        return missing
    form = GiftsForm(clerk.issuer, request.POST or None)
    if is_ready(request, form):
        typed = form.cleaned_data
        until = typed["takeable_until"]
        new = NewGifts(
            typed["name"],
            list(form.parts().items()),
            GiftExpiry(typed["expiry"].expires_on, typed["expiry"].months),
            takeable_until=start_of(until + timedelta(days=1)) if until else None,
        )
        wanted = bulk.Order(PrintKind.GIFTS, new.name, {}, *_wanted(typed), gifts=new)
        return _confirm_and_order(request, clerk, wanted, form, gifts_shown(clerk.issuer, form))
    return _ask(request, title, form)


@require_http_methods(["GET", "HEAD", "POST"])
@for_clerks
def cards(request: HttpRequest, clerk: Clerk) -> HttpResponse:
    """Order cards; empty ones are filled later."""
    title = _("カードを作る")
    missing = needed(request, clerk, "card_make", title, console_url(LIST))
    if missing is not None:
        return missing
    form = CardsForm(clerk.issuer, request.POST or None)
    if is_ready(request, form):
        typed = form.cleaned_data
        settings = bulk.card_settings(form.parts(), typed["expires_on"])
        wanted = bulk.Order(PrintKind.CARDS, typed["name"], settings, *_wanted(typed))
        return _confirm_and_order(request, clerk, wanted, form, cards_shown(clerk.issuer, form))
    return _ask(request, title, form)


def page(request: HttpRequest, clerk: Clerk, making: Making) -> HttpResponse:
    """How far it is, and its files."""
    maker = name_of_actor(making.issuer, making.made_by)
    return show(
        request,
        "making",
        title=_("コードとカードの作成"),
        subtitle=making.name,
        facts=[
            (_("名前"), making.name),
            (_("種類"), kind_words(making.kind)),
            (_("作成日時"), f"{in_japan(making.made_at):%Y/%m/%d %H:%M} {maker}"),
        ],
        **_live(clerk, making),
    )


@require_safe
@for_clerks
def progress(request: HttpRequest, clerk: Clerk, making_id: int) -> HttpResponse:
    """The part of the page that changes, asked for while it is made or stopped."""
    making = _found(clerk.issuer, making_id)
    return show(request, "making_live", **_live(clerk, making))


@require_http_methods(["GET", "HEAD", "POST"])
@for_clerks
def void(request: HttpRequest, clerk: Clerk, making_id: int) -> HttpResponse:
    """Make void what nobody has used."""
    making = _found(clerk.issuer, making_id)
    if making.kind not in VOIDABLE:
        raise Http404("only codes are made void")
    form, back = ReasonForm(request.POST or None), console_url(PAGE, making.pk)
    if form.is_valid():
        voided = void_unused(clerk.actor, making, **form.cleaned_data)
        return done(request, voided_words(voided), back)
    question = Question(
        title=_("未使用をまとめて無効にする"),
        lead=_(
            "まだ使われていないコードは、すべて使えなくなります。元には戻せません。"
            "作成の途中のときは、残りは作られません。"
        ),
        facts=_void_facts(making),
        form=form,
        submit=_("無効にする"),
        back=back,
        danger=True,
    )
    return ask(request, question)


@require_http_methods(["GET", "HEAD", "POST"])
@for_clerks
def stop(request: HttpRequest, clerk: Clerk, making_id: int) -> HttpResponse:
    """Stop all cards of a batch; the worker does it. Who asks again is shown how far it is."""
    making = _found(clerk.issuer, making_id)
    back = console_url(PAGE, making.pk)
    if stopping.stopping_of(making):
        return SeeOther(back)
    if not stopping.can_be_stopped(making):
        raise Http404("nothing to stop")
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        stopping.order_stopping(clerk.actor, making, **form.cleaned_data)
        return done(request, _("停止を始めました。この画面を閉じても続きます。"), back)
    question = Question(
        title=_("カードをまとめて停止する"),
        lead=_(
            "この分のカードに残っている金額は、すべて使えなくなります。"
            "すでに使われた分と、再発行やウォレットへの移行が済んだカードは変わりません。"
            "再開と再発行は、カード1枚ずつで行います。"
        ),
        facts=_stop_facts(making),
        form=form,
        submit=_("停止する"),
        back=back,
        danger=True,
    )
    return ask(request, question)


@require_http_methods(["GET", "HEAD", "POST"])
@for_clerks
def code_void(request: HttpRequest, clerk: Clerk, code_id: int) -> HttpResponse:
    """Make one purchase code void."""
    code = found(clerk, PurchaseCode, code_id)
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        if void_code(clerk.actor, code, **form.cleaned_data):
            return done(request, _("無効にしました。"), _page_of("programs_purchasecode", code.pk))
        form.add_error(None, _("購入の手続き中か、使用済みのため、無効にできません。"))
    return _ask_void(request, code.last_four, form, _page_of("programs_purchasecode", code.pk))


@require_http_methods(["GET", "HEAD", "POST"])
@for_clerks
def gift_void(request: HttpRequest, clerk: Clerk, code_id: int) -> HttpResponse:
    """Make one gift code void."""
    code = found(clerk, GiftCode, code_id)
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        if void_gift_code(clerk.actor, code, **form.cleaned_data):
            return done(request, _("無効にしました。"), _page_of("gifts_giftcode", code.pk))
        form.add_error(None, _("すでに受け取られたか、無効です。"))
    return _ask_void(request, code.last_four, form, _page_of("gifts_giftcode", code.pk))


def _acts(clerk: Clerk, making: Making) -> list[Link]:
    if making.kind == PrintKind.CARDS:
        way = Link(_("まとめて停止する"), console_url("making_stop", making.pk), danger=True)
        return clerk.only_open(("making_stop", way)) if stopping.can_be_stopped(making) else []
    if making.kind not in VOIDABLE:
        return []
    void = Link(_("未使用をまとめて無効にする"), console_url("making_void", making.pk), danger=True)
    return clerk.only_open(("making_void", void))


def _confirm_and_order(
    request: HttpRequest,
    clerk: Clerk,
    wanted: bulk.Order,
    form: MakingForm,
    asked: Confirmation,
) -> HttpResponse:
    shown = to_confirm(request, asked)
    if shown is not None:
        return shown
    reason = form.cleaned_data["reason"]
    making = bulk.order(clerk.actor, wanted, reason=reason, key=form.own_key())
    return SeeOther(console_url(PAGE, making.pk))


def _wanted(typed: dict[str, Any]) -> tuple[int, list[str]]:
    return typed["count"], typed["forms"]


def _ask(request: HttpRequest, title: str, form: forms.Form) -> HttpResponse:
    lead = _(
        "コードはファイルの中にだけあり、あとから表示することはできません。"
        "作成はこの画面を閉じても続きます。"
    )
    return ask(request, Question(title, form, _("確認へ進む"), console_url(LIST), lead=lead))


def _ask_void(request: HttpRequest, last_four: str, form: forms.Form, back: str) -> HttpResponse:
    question = Question(
        title=_("無効にする"),
        lead=_("このコードは使えなくなります。元には戻せません。"),
        facts=[(_("コード"), f"…{last_four}")],
        form=form,
        submit=_("無効にする"),
        back=back,
        danger=True,
    )
    return ask(request, question)


def _live(clerk: Clerk, making: Making) -> dict[str, Any]:
    stopped = stopping.stopping_of(making)
    is_being_stopped = stopped is not None and stopped.finished_at is None
    files = _files(making)
    return {
        "making": making,
        "links": [
            *_together(clerk, making),
            to_list(making),
            *_acts(clerk, making),
            *record_links(clerk, bulk.subject_of(making)),
        ],
        "progress": 100 * making.done // making.count,
        "files": files,
        "gettable": store.gettable([file.pk for file in files], clerk.staff.actor),
        "may_take": clerk.may_open("print_file"),
        "state": state_words(making.state),
        "error": error_words(making),
        "stopping": stopped,
        "stopping_facts": _stopping_facts(stopped) if stopped else [],
        "stopped": 100 * stopped.looked_at // making.done if stopped else 0,
        "is_live": making.state == MakingState.WORKING or is_being_stopped,
        "live": console_url("making_progress", making.pk),
    }


def _together(clerk: Clerk, making: Making) -> list[Link]:
    """The way to all files as one, once no more of them come."""
    if making.state == MakingState.WORKING or making.files.filter(sealed__isnull=False).count() < 2:
        return []
    way = Link(
        _("ファイルをまとめて受け取る(zip)"), console_url("making_files", making.pk), "folder_zip"
    )
    return clerk.only_open(("making_files", way))


def _void_facts(making: Making) -> list[tuple[str, str]]:
    found = would_void(making)
    return [
        (_("名前"), making.name),
        (_("枚数"), f"{making.done:,}"),
        (_("無効になる枚数"), f"{found.count:,}"),
        (_("購入手続き中の枚数"), f"{found.held:,}"),
    ]


def _stop_facts(making: Making) -> list[tuple[str, str]]:
    count, yen = stopping.would_stop(making)
    return [
        (_("名前"), making.name),
        (_("枚数"), f"{making.done:,}"),
        (_("停止する枚数"), f"{count:,}"),
        (_("使えなくなる金額"), value_words(yen)),
    ]


def _stopping_facts(order: Stopping) -> list[tuple[str, str]]:
    return [
        (_("停止したカード"), _("%(n)s枚") % {"n": grouped(order.stopped)}),
        (_("使えなくなった金額"), value_words(order.amount)),
        (_("そのままのカード"), _("%(n)s枚") % {"n": grouped(order.left)}),
        (_("理由"), order.reason),
        (_("停止の指示"), f"{in_japan(order.asked_at):%Y/%m/%d %H:%M} {order.asked_by_name}"),
    ]


def _files(making: Making) -> list[PrintFile]:
    """Without what is in them."""
    return list(making.files.defer("sealed").order_by("first", "form"))


def _found(issuer: Issuer, making_id: int) -> Making:
    making = bulk.find_making(issuer, making_id)
    if making is None:
        raise Http404("not this issuer's")
    return making


def _page_of(model: str, pk: int) -> str:
    return console_url(f"{model}_change", pk)
