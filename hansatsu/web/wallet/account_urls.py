"""The addresses of ご登録情報の確認・変更, below ``account/``."""

from django.urls import path

from hansatsu.web.shared import passkey_pages
from hansatsu.web.wallet.views import (
    account,
    account_data,
    account_devices,
    account_email,
    account_leave,
    account_part,
    account_passkeys,
    account_password,
)

urlpatterns = [
    path("", account.account, name="account"),
    path("details/<slug:part>/", account_part.account_part, name="account_part"),
    path("password/", account_password.account_password, name="account_password"),
    path("email/", account_email.account_email, name="account_email"),
    path("email/confirm/<secret:token>/", account_email.confirm_email, name="confirm_email"),
    path("email/stop/<secret:token>/", account_email.stop_email, name="stop_email"),
    path("devices/", account_devices.account_devices, name="account_devices"),
    path("devices/<int:number>/", account_devices.end_device, name="account_device"),
    *passkey_pages.paths("passkeys/", account_passkeys.of_residents),
    path("data/", account_data.account_data, name="account_data"),
    path("leave/", account_leave.account_leave, name="account_leave"),
    path("left/", account_leave.left, name="account_left"),
]
