"""商品: made after a page that shows price, contents and premium; changed and withdrawn while
nobody has bought them."""

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from hansatsu.flows.charging.withdrawing import NewProduct, change_product, unbought, withdraw
from hansatsu.parties import clock
from hansatsu.parties.programs.models import Product
from hansatsu.parties.programs.registering import NewProducts, add_products
from hansatsu.web.console.frame.access import Clerk, console_url, for_clerks
from hansatsu.web.console.frame.asking import Question, ask, done
from hansatsu.web.console.frame.confirming import Confirmation, is_ready, to_confirm
from hansatsu.web.console.frame.lists import found
from hansatsu.web.console.frame.needing import needed
from hansatsu.web.console.programs.forms import ProductEditForm, ProductForm, WithdrawForm
from hansatsu.web.console.programs.words import (
    compared,
    expiry_of,
    expiry_words,
    figures,
    has_opened,
    price_warnings,
    sale_window_words,
)

LIST = "programs_product_changelist"
PAGE = "programs_product_change"


@require_http_methods(["GET", "HEAD", "POST"])
@for_clerks
def new(request: HttpRequest, clerk: Clerk) -> HttpResponse:
    """Put products on sale."""
    title, back = _("商品を追加"), console_url(LIST)
    lacking = needed(request, clerk, "product_new", title, back)
    if lacking is not None:
        return lacking
    chosen = {"sale": request.GET.get("sale", "")}
    form = ProductForm(clerk.issuer, request.POST or None, initial=chosen)
    if is_ready(request, form):
        page = to_confirm(request, _shown(form))
        return _add(request, clerk, form) if page is None else page
    return _ask_new(request, form)


@require_http_methods(["GET", "HEAD", "POST"])
@for_clerks
def edit(request: HttpRequest, clerk: Clerk, product_id: int) -> HttpResponse:
    """Another price or other contents, for what nobody has bought."""
    product, back = found(clerk, Product, product_id), console_url(PAGE, product_id)
    form = ProductEditForm(product, request.POST or None)
    if not unbought(product.sale).filter(pk=product.pk).exists():
        return _too_late(request, back)
    if is_ready(request, form):
        page = to_confirm(request, _shown_edit(product, form))
        if page is not None:
            return page
        typed = form.cleaned_data
        names = {name: typed[name] for name in ("name", "name_en", "price", "expiry")}
        wanted = NewProduct(**names, parts=form.parts())
        made = change_product(clerk.actor, product, wanted, reason=typed["reason"])
        if made is None:
            return _too_late(request, back)
        return done(request, _("商品を変えました。"), console_url(PAGE, made.pk))
    lead = _("まだ誰も買っていないので、変えられます。")
    facts = [(_("販売"), product.sale.local_name), (_("口数"), str(product.units))]
    question = Question(_("商品を変える"), form, _("確認へ進む"), back, lead=lead, facts=facts)
    return ask(request, question)


@require_http_methods(["GET", "HEAD", "POST"])
@for_clerks
def take_back(request: HttpRequest, clerk: Clerk, product_id: int) -> HttpResponse:
    """Withdraw products of a sale: those of the same thing are ticked."""
    product, back = found(clerk, Product, product_id), console_url(PAGE, product_id)
    known = list(unbought(product.sale))
    if product not in known:
        return _too_late(request, back)
    alike = [str(each.pk) for each in known if _is_same_thing(each, product)]
    form = WithdrawForm(known, request.POST or None, initial={"products": alike})
    if form.is_valid():
        chosen = form.chosen()
        if withdraw(clerk.actor, chosen, reason=form.cleaned_data["reason"]):
            said = _("%(count)d件の商品を取り下げました。") % {"count": len(chosen)}
            return done(request, said, console_url(LIST))
        return _too_late(request, back)
    question = Question(
        title=_("商品を取り下げる"),
        lead=_(
            "取り下げた商品は、誰も買えなくなります。元には戻せませんが、同じ口数の商品を追加できます。"
        ),
        facts=[(_("販売"), product.sale.local_name)],
        form=form,
        submit=_("取り下げる"),
        back=back,
        danger=True,
    )
    return ask(request, question)


def _add(request: HttpRequest, clerk: Clerk, form: ProductForm) -> HttpResponse:
    typed = form.cleaned_data
    names = {name: typed[name] for name in ("name", "name_en", "most", "price", "expiry")}
    wanted = NewProducts(**names, parts=form.parts())
    try:
        made = add_products(clerk.actor, form.sales[typed["sale"]], wanted, reason=typed["reason"])
    except ValidationError:
        form.add_error(None, _("この販売には、同じ口数の商品がすでにあります。"))
        return _ask_new(request, form)
    said = _("%(count)d件の商品を追加しました。") % {"count": len(made)}
    return done(request, said, console_url(LIST))


def _ask_new(request: HttpRequest, form: ProductForm) -> HttpResponse:
    lead = _(
        "販売の期間になると、購入コードを持つ人が買えます。それまでは下書きです。"
        "誰かが買うまでは、変えることも取り下げることもできます。"
    )
    question = Question(_("商品を追加"), form, _("確認へ進む"), console_url(LIST), lead=lead)
    return ask(request, question)


def _shown(form: ProductForm) -> Confirmation:
    typed, parts = form.cleaned_data, form.parts()
    sale = form.sales[typed["sale"]]
    lead = _("販売が始まるまでは下書きです。")
    if has_opened(sale, clock.now()):
        lead = _("この販売はもう始まっています。追加すると、すぐに買えるようになります。")
    return Confirmation(
        title=_("商品を追加"),
        form=form,
        submit=_("この内容で追加する"),
        lead=lead,
        facts=[
            (_("販売"), f"{sale.local_name} ({sale_window_words(sale)})"),
            (_("商品名"), typed["name"]),
            (_("有効期限"), expiry_words(typed["expiry"])),
            (_("理由"), typed["reason"]),
        ],
        figures=figures(typed["price"], parts, typed["most"]),
        warnings=price_warnings(typed["price"], sum(parts.values())),
    )


def _shown_edit(product: Product, form: ProductEditForm) -> Confirmation:
    typed, parts = form.cleaned_data, form.parts()
    before, after = expiry_words(expiry_of(product)), expiry_words(typed["expiry"])
    return Confirmation(
        title=_("商品を変える"),
        form=form,
        submit=_("この内容に変える"),
        facts=[
            (_("販売"), product.sale.local_name),
            (_("商品名"), _change(product.name, typed["name"])),
            (_("英語名"), _change(product.name_en or "—", typed["name_en"] or "—")),
            (_("有効期限"), _change(before, after)),
            (_("理由"), typed["reason"]),
        ],
        figures=compared(product, typed["price"], parts),
        warnings=price_warnings(typed["price"], sum(parts.values())),
    )


def _change(before: str, after: str) -> str:
    return after if before == after else f"{before} → {after}"


def _too_late(request: HttpRequest, back: str) -> HttpResponse:
    said = _("買った人か買っている途中の人がいるか、すでに取り下げたため、何も変えていません。")
    return done(request, said, back)


def _is_same_thing(one: Product, other: Product) -> bool:
    """True when both are so many units of one thing."""
    if one.price * other.units != other.price * one.units or expiry_of(one) != expiry_of(other):
        return False
    return _of_a_unit(one) == _of_a_unit(other)


def _of_a_unit(product: Product) -> set[tuple[int, float]]:
    return {(each.emoney_id, each.amount / product.units) for each in product.parts.all()}
