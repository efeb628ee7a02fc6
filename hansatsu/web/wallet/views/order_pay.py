"""チャージ額確認 and お支払い方法: the way from a held code to the provider's page."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.csp import CSP
from django.utils.translation import gettext as _
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_http_methods

from hansatsu.flows.charging import selectors
from hansatsu.flows.charging.checkouts import begin_payment, methods_for, slips_are_too_long
from hansatsu.flows.charging.models import UNPAID, Order, OrderState
from hansatsu.flows.charging.precheck import confirm_order, why_not_charged
from hansatsu.flows.charging.provider_accounts import page_origins
from hansatsu.flows.charging.psp.base import Method
from hansatsu.parties.identity.models import Resident
from hansatsu.parties.issuers.models import Issuer
from hansatsu.web.shared.redirects import SeeOther
from hansatsu.web.wallet.access import for_residents, go
from hansatsu.web.wallet.show import show
from hansatsu.web.wallet.views.order import order_or_404


@require_http_methods(["GET", "HEAD", "POST"])
@for_residents
def confirm(request: HttpRequest, resident: Resident, number: str) -> HttpResponse:
    """チャージ額確認: what is bought, what for, and that it is not paid back."""
    order = order_or_404(resident, number)
    if order.state not in (OrderState.HELD, OrderState.CONFIRMED):
        return go("order", resident.issuer, number=number)
    refusal = why_not_charged(order)
    if request.method == "POST" and not refusal:
        confirm_order(order)
        return go("order_pay", resident.issuer, number=number)
    return show(
        request,
        resident.issuer,
        "order_confirm",
        status=422 if request.method == "POST" else 200,
        order=order,
        product=selectors.product_of(order),
        refusal=_refusal_words(refusal),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def pay(request: HttpRequest, issuer_code: str, number: str) -> HttpResponseBase:
    """お支払い方法, and on to the provider's page; a form may lead there only where the policy
    names the provider's origin."""
    page = csp_override(_policy(issuer_code))(_pay)
    return page(request, issuer_code=issuer_code, number=number)


@for_residents
def _pay(request: HttpRequest, resident: Resident, number: str) -> HttpResponse:
    order = order_or_404(resident, number)
    if order.state not in UNPAID:
        return go("order", resident.issuer, number=number)
    if order.state == OrderState.HELD:
        return go("order_confirm", resident.issuer, number=number)
    methods = methods_for(order)
    wanted = request.POST.get("method", "")
    if request.method != "POST" or wanted not in methods:
        return _page(request, order, methods)
    begun = begin_payment(order, wanted)
    if begun.outcome == "go":
        return SeeOther(begun.address)
    if begun.outcome in ("refused", "no_slip"):
        return _page(request, order, methods, refused=True)
    if begun.outcome == "down":
        return _page(request, order, methods, down=True)
    return go("order", resident.issuer, number=number)


def _page(
    request: HttpRequest,
    order: Order,
    methods: tuple[Method, ...],
    *,
    down: bool = False,
    refused: bool = False,
) -> HttpResponse:
    return show(
        request,
        order.issuer,
        "order_pay",
        status=503 if down else 422 if refused else 200,
        order=order,
        product=selectors.product_of(order),
        methods=methods,
        no_slip=slips_are_too_long(order, methods),
        down=down,
        refused=refused,
    )


def _policy(issuer_code: str) -> Mapping[str, Any]:
    issuer = Issuer.objects.filter(code=issuer_code).first()
    origins = page_origins(issuer) if issuer else []
    return {**settings.SECURE_CSP, "form-action": [CSP.SELF, *origins]}


def _refusal_words(refusal: str) -> str:
    if refusal == "over_limit":
        return _(
            "ウォレットに持てる金額の上限を超えるため、チャージできません。残高をお使いになってから、お手続きください。"
        )
    return _("ただいまチャージできません。事務局へお問い合わせください。") if refusal else ""
