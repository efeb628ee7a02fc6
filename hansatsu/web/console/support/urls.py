"""The addresses of support."""

from django.urls import URLPattern, path

from hansatsu.flows.support.models import Correction, ExpiryMove
from hansatsu.messages.mail.models import Mail
from hansatsu.web.console.frame.site import Lists
from hansatsu.web.console.support import (
    acts,
    correction_views,
    expiry_move_views,
    find,
    refund,
    resident,
    things,
)
from hansatsu.web.console.support.corrections import CorrectionAdmin
from hansatsu.web.console.support.expiry_moves import ExpiryMoveAdmin
from hansatsu.web.console.support.mails import MailAdmin

PATHS: list[URLPattern] = [
    path("support/", find.find_page, name="support_find"),
    path(
        "support/residents/<int:resident_id>/",
        resident.resident_page,
        name="support_resident",
    ),
    path(
        "support/residents/<int:resident_id>/personal/",
        resident.personal_page,
        name="support_personal",
    ),
    path("support/shops/<int:shop_id>/", things.shop_page, name="support_shop"),
    path("support/payments/<slug:number>/", things.payment_page, name="support_payment"),
    path("support/orders/<slug:number>/", things.order_page, name="support_order"),
    path("support/cards/<int:card_id>/", things.card_page, name="support_card"),
    path("support/residents/<int:resident_id>/freeze/", acts.freeze, name="support_freeze"),
    path(
        "support/residents/<int:resident_id>/unfreeze/",
        acts.unfreeze,
        name="support_unfreeze",
    ),
    path(
        "support/residents/<int:resident_id>/devices/",
        acts.devices,
        name="support_devices",
    ),
    path("support/cards/<int:card_id>/stop/", acts.card_stop, name="support_card_stop"),
    path("support/cards/<int:card_id>/resume/", acts.card_resume, name="support_card_resume"),
    path(
        "support/cards/<int:card_id>/reissue/",
        acts.card_reissue,
        name="support_card_reissue",
    ),
    path("support/cards/<int:card_id>/file/", acts.card_file, name="support_card_file"),
    path("support/payments/<slug:number>/refund/", refund.refund, name="support_refund"),
    path("support/wallets/<int:wallet_id>/up/", correction_views.up, name="correction_up"),
    path("support/wallets/<int:wallet_id>/down/", correction_views.down, name="correction_down"),
    path(
        "correction/<int:correction_id>/approve/",
        correction_views.approve,
        name="correction_approve",
    ),
    path(
        "correction/<int:correction_id>/decline/",
        correction_views.decline,
        name="correction_decline",
    ),
    path("support/wallets/<int:wallet_id>/expiry/", expiry_move_views.move, name="expiry_move"),
    path(
        "support/wallets/<int:wallet_id>/unexpire/",
        expiry_move_views.unexpire,
        name="expiry_unexpire",
    ),
    path(
        "expirymove/<int:move_id>/approve/",
        expiry_move_views.approve,
        name="expiry_move_approve",
    ),
    path(
        "expirymove/<int:move_id>/decline/",
        expiry_move_views.decline,
        name="expiry_move_decline",
    ),
    path("support/mails/<int:mail_id>/resend/", acts.mail, name="support_mail"),
]

LISTS: Lists = {
    Mail: MailAdmin,
    Correction: CorrectionAdmin,
    ExpiryMove: ExpiryMoveAdmin,
}
