"""The addresses of support."""

from django.urls import URLPattern, path

from hansatsu.web.console.views import support_find, support_resident, support_things

urlpatterns: list[URLPattern] = [
    path("support/", support_find.find_page, name="support_find"),
    path(
        "support/residents/<int:resident_id>/",
        support_resident.resident_page,
        name="support_resident",
    ),
    path(
        "support/residents/<int:resident_id>/personal/",
        support_resident.personal_page,
        name="support_personal",
    ),
    path("support/shops/<int:shop_id>/", support_things.shop_page, name="support_shop"),
    path("support/payments/<slug:number>/", support_things.payment_page, name="support_payment"),
    path("support/orders/<slug:number>/", support_things.order_page, name="support_order"),
    path("support/cards/<int:card_id>/", support_things.card_page, name="support_card"),
]
