"""チャージ (購入): 商品一覧 and 購入コード入力 (guide, 金額をチャージする)."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from hansatsu.flows.charging.code_holds import Hold, hold_code
from hansatsu.flows.charging.selectors import ProductView, product_on_sale, products_on_sale, sells
from hansatsu.flows.printouts.code_importing import has_imported
from hansatsu.parties import clock
from hansatsu.parties.identity.models import Resident
from hansatsu.parties.identity.networks import address_of
from hansatsu.parties.programs.models import Product
from hansatsu.web.shared.typed import LONGEST
from hansatsu.web.shared.words import about_minutes, japan_time
from hansatsu.web.wallet.access import for_residents, go
from hansatsu.web.wallet.show import show


@require_safe
@for_residents
def charge(request: HttpRequest, resident: Resident) -> HttpResponse:
    """What is on sale, by units."""
    products = products_on_sale(resident.issuer) if sells(resident.issuer) else []
    return show(request, resident.issuer, "charge", products=products)


@require_http_methods(["GET", "HEAD", "POST"])
@for_residents
def enter_code(request: HttpRequest, resident: Resident, product_id: int) -> HttpResponse:
    """Take the purchase code; when it is good, an order holds it."""
    view = product_on_sale(resident.issuer, product_id) if sells(resident.issuer) else None
    if view is None:
        return _not_on_sale(request, resident, product_id)
    if request.method != "POST":
        return _form(request, resident, view)
    typed = request.POST.get("code", "")[:LONGEST]
    if not typed.strip():
        return _form(request, resident, view, error=_("購入コードを入力してください。"))
    address = address_of(request)
    held = hold_code(resident, view.product, typed, address=address)
    if held.order is None:
        return _form(request, resident, view, typed=typed, error=_why_not(view.product, held))
    page = "order_confirm" if held.outcome == "held" else "order"
    return go(page, resident.issuer, number=held.order.number)


def _not_on_sale(request: HttpRequest, resident: Resident, product_id: int) -> HttpResponse:
    """The product's page before its sale, after it, or while it is stopped."""
    product = Product.objects.of(resident.issuer).filter(pk=product_id).first()
    if product is None:
        raise Http404("not this issuer's")
    is_to_come = product.withdrawn_at is None and product.sale.opens_at > clock.now()
    return show(
        request,
        resident.issuer,
        "charge_closed",
        status=409 if request.method == "POST" else 200,
        product=product,
        opens_at=product.sale.opens_at if is_to_come else None,
    )


def _form(
    request: HttpRequest,
    resident: Resident,
    view: ProductView,
    *,
    typed: str = "",
    error: str = "",
) -> HttpResponse:
    return show(
        request,
        resident.issuer,
        "charge_code",
        status=422 if error else 200,
        product=view,
        typed=typed,
        error=error,
        is_ours=not has_imported(resident.issuer),
    )


def _why_not(product: Product, held: Hold) -> str:
    match held.outcome:
        case "wait":
            return _(
                "購入コードの間違いが続いたため、しばらく入力できません。約%(minutes)d分後にもう一度お試しください。"
            ) % {"minutes": about_minutes(held.wait_seconds)}
        case "used":
            return _(
                "この購入コードは、すでにご購入に使われています。「ご購入の状況」をご覧ください。"
            )
        case "early":
            begins = japan_time(held.moment) if held.moment else ""
            return _("この購入コードは、%(begins)s からお使いになれます。") % {"begins": begins}
        case "expired":
            return _("この購入コードの購入期間は終わりました。")
        case "other_sale":
            return _("この購入コードは、この商品には使えません。商品をお選びなおしください。")
        case "too_many_units":
            return _(
                "この購入コードで買えるのは、あと%(units)d口です。口数の合う商品をお選びください。"
            ) % {"units": held.units}
        case "over_limit":
            return _("お一人さま%(units)d口までです。すでにご購入の分と合わせて超えています。") % {
                "units": held.units
            }
        case "closed":
            return _("%(name)sは、ただいま販売していません。") % {"name": product.local_name}
        case _:
            return _(
                "この購入コードは使えません。お手元のコードとよく見くらべて、もう一度入力してください。"
            )
