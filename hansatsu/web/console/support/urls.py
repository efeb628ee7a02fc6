"""The addresses of support."""

from django.urls import URLPattern, path

from hansatsu.web.console.support import acts as support_acts
from hansatsu.web.console.support import correction_views as corrections
from hansatsu.web.console.support import find as support_find
from hansatsu.web.console.support import refund as support_refund
from hansatsu.web.console.support import resident as support_resident
from hansatsu.web.console.support import things as support_things

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
    path("support/residents/<int:resident_id>/freeze/", support_acts.freeze, name="support_freeze"),
    path(
        "support/residents/<int:resident_id>/unfreeze/",
        support_acts.unfreeze,
        name="support_unfreeze",
    ),
    path(
        "support/residents/<int:resident_id>/devices/",
        support_acts.devices,
        name="support_devices",
    ),
    path("support/cards/<int:card_id>/stop/", support_acts.card_stop, name="support_card_stop"),
    path(
        "support/cards/<int:card_id>/resume/", support_acts.card_resume, name="support_card_resume"
    ),
    path(
        "support/cards/<int:card_id>/reissue/",
        support_acts.card_reissue,
        name="support_card_reissue",
    ),
    path("support/cards/<int:card_id>/file/", support_acts.card_file, name="support_card_file"),
    path("support/payments/<slug:number>/refund/", support_refund.refund, name="support_refund"),
    path("support/wallets/<int:wallet_id>/up/", corrections.up, name="correction_up"),
    path("support/wallets/<int:wallet_id>/down/", corrections.down, name="correction_down"),
    path("correction/<int:correction_id>/approve/", corrections.approve, name="correction_approve"),
    path("correction/<int:correction_id>/decline/", corrections.decline, name="correction_decline"),
    path("support/mails/<int:mail_id>/resend/", support_acts.mail, name="support_mail"),
]
