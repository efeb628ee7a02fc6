"""What is done with one shop: registered, changed, stopped and started."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from hansatsu.parties.shops.models import Shop
from hansatsu.parties.shops.registering import (
    change_shop,
    register_shop,
    set_shop_takes,
    start_shop,
    stop_shop,
    taken_before,
)
from hansatsu.parties.shops.services import NewShop
from hansatsu.web.console.frame.access import Clerk, console_url, for_clerks
from hansatsu.web.console.frame.asking import Question, ReasonForm, ask, done
from hansatsu.web.console.frame.fields import add_errors
from hansatsu.web.console.frame.needing import needed
from hansatsu.web.console.frame.permissions import Act
from hansatsu.web.console.shops.forms import (
    NewShopForm,
    ShopForm,
    TakesForm,
    chosen_emoneys,
)

LIST = "shops_shop_changelist"
PAGE = "shops_shop_change"


@require_http_methods(["GET", "HEAD", "POST"])
@for_clerks
def new(request: HttpRequest, clerk: Clerk) -> HttpResponse:
    """Register a shop."""
    missing = needed(request, clerk, "shop_new", _("加盟店を登録"), console_url(LIST))
    if missing is not None:
        return missing
    form = NewShopForm(clerk.issuer, request.POST or None, accounts=clerk.may(Act.ACCOUNTS))
    if form.is_valid():
        found = form.cleaned_data
        takes = chosen_emoneys(clerk.issuer, found["takes"])
        try:
            shop = register_shop(
                clerk.actor,
                NewShop(**found["shop"]),
                takes=takes,
                account=found["account"],
                notes=found["notes"],
                reason=found["reason"],
            )
        except ValidationError as error:
            add_errors(form, _taken(error))
        else:
            return done(request, _("加盟店を登録しました。"), console_url(PAGE, shop.pk))
    question = Question(
        title=_("加盟店を登録"),
        lead=_(
            "登録するとすぐに「使えるお店」に載り、選んだ電子マネーでお支払いを受けられます。"
            "振込先の口座は、ほかの担当者が承認してから使われます。"
        ),
        form=form,
        submit=_("登録する"),
        back=console_url(LIST),
    )
    return ask(request, question)


@require_http_methods(["GET", "HEAD", "POST"])
@for_clerks
def edit(request: HttpRequest, clerk: Clerk, shop_id: int) -> HttpResponse:
    """Name, place and kind."""
    shop = found_shop(clerk, shop_id)
    now = {name: getattr(shop, name) for name in ("name", "name_kana", "name_en", "address")}
    now |= {"contact_email": shop.contact_email}
    now |= {"phone": shop.phone, "area": str(shop.area_id), "category": str(shop.category_id)}
    form = ShopForm(clerk.issuer, request.POST or None, initial=now)
    return _act(
        request,
        shop,
        form,
        _("登録内容を変える"),
        _("変える"),
        _("登録内容を変えました。"),
        lambda typed: change_shop(clerk.actor, shop, typed["shop"], reason=typed["reason"]),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_clerks
def takes(request: HttpRequest, clerk: Clerk, shop_id: int) -> HttpResponse:
    """Which emoneys it takes from now on."""
    shop, title = found_shop(clerk, shop_id), _("使える電子マネー")
    missing = needed(request, clerk, "shop_takes", title, console_url(PAGE, shop.pk))
    if missing is not None:
        return missing
    now = {"takes": [str(each) for each in taken_before(shop)] if shop.open else []}
    form = TakesForm(clerk.issuer, request.POST or None, initial=now)
    return _act(
        request,
        shop,
        form,
        title,
        _("変える"),
        _("使える電子マネーを変えました。"),
        lambda typed: set_shop_takes(
            clerk.actor,
            shop,
            chosen_emoneys(clerk.issuer, typed["takes"]),
            reason=typed["reason"],
        ),
        lead=_("次のお支払いから変わります。これまでのお支払いは変わりません。"),
        refused=_("停止中の加盟店です。先に取り扱いを再開してください。"),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_clerks
def stop(request: HttpRequest, clerk: Clerk, shop_id: int) -> HttpResponse:
    """Take nothing more."""
    shop = found_shop(clerk, shop_id)
    return _act(
        request,
        shop,
        ReasonForm(request.POST or None),
        _("取り扱いを停止"),
        _("停止する"),
        _("取り扱いを停止しました。"),
        lambda typed: stop_shop(clerk.actor, shop, **typed),
        lead=_(
            "すぐにお支払いを受けられなくなり、「使えるお店」に載らなくなります。"
            "これまでのお支払いの返金と、精算は続けられます。"
        ),
        danger=True,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_clerks
def start(request: HttpRequest, clerk: Clerk, shop_id: int) -> HttpResponse:
    """Take value again."""
    shop, title = found_shop(clerk, shop_id), _("取り扱いを再開")
    missing = needed(request, clerk, "shop_start", title, console_url(PAGE, shop.pk))
    if missing is not None:
        return missing
    now = {"takes": [str(each) for each in taken_before(shop)]}
    form = TakesForm(clerk.issuer, request.POST or None, initial=now)
    return _act(
        request,
        shop,
        form,
        title,
        _("再開する"),
        _("取り扱いを再開しました。"),
        lambda typed: start_shop(
            clerk.actor,
            shop,
            chosen_emoneys(clerk.issuer, typed["takes"]),
            reason=typed["reason"],
        ),
        lead=_("「使えるお店」に載り、選んだ電子マネーでお支払いを受けられるようになります。"),
    )


def found_shop(clerk: Clerk, shop_id: int) -> Shop:
    """The issuer's shop of this id, stopped or not."""
    shops = Shop.objects.of(clerk.issuer).select_related("area", "category", "issuer")
    shop = shops.filter(pk=shop_id).first()
    if shop is None:
        raise Http404("not this issuer's")
    return shop


def _act(
    request: HttpRequest,
    shop: Shop,
    form: forms.Form,
    title: str,
    submit: str,
    said: str,
    act: Callable[[dict[str, Any]], object],
    *,
    lead: str = "",
    refused: str = "",
    danger: bool = False,
) -> HttpResponse:
    """Ask, then do it; ``refused`` is said when the act answers that it was not done."""
    back = console_url(PAGE, shop.pk)
    if form.is_valid():
        if act(form.cleaned_data) is not False or not refused:
            return done(request, said, back)
        form.add_error(None, refused)
    facts = [(_("加盟店番号"), shop.code), (_("店名"), shop.local_name)]
    question = Question(title, form, submit, back, lead=lead, facts=facts, danger=danger)
    return ask(request, question)


def _taken(error: ValidationError) -> dict[str, str]:
    """What the form could not know: a code that is taken."""
    if hasattr(error, "error_dict") and set(error.error_dict) - {"__all__", "code"}:
        return {name: " ".join(said) for name, said in error.message_dict.items()}
    return {"code": _("この加盟店番号は、すでに使われています。")}
