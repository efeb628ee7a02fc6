"""All pages but the demo's own."""

from django.urls import URLPattern, URLResolver, include, path

from hansatsu.web import provider_webhook
from hansatsu.web.console.urls import site as console
from hansatsu.web.shared import converters
from hansatsu.web.wallet.views.guide_address import guide_address

converters.register()

urlpatterns: list[URLPattern | URLResolver] = [
    path("customer/ap/<issuer:issuer_code>/dem/dem010010.do", guide_address),
    path("shop/", include("hansatsu.web.shop.urls")),
    path("console/", console.urls),
    path(
        "psp/<slug:provider>/<issuer:issuer_code>/webhook/",
        provider_webhook.webhook,
        name="psp_webhook",
    ),
    path("sandbox-pay/", include("hansatsu.web.sandbox.urls")),
    path("<issuer:issuer_code>/", include("hansatsu.web.wallet.urls")),
]
