"""The mail that tells of a log-in from a new browser (G14)."""

from django.utils import translation
from django.utils.translation import gettext as _

from hansatsu.messages.mail.account_letters import post
from hansatsu.parties.identity.browser_words import browser_words
from hansatsu.parties.identity.models import Device
from hansatsu.parties.wallets.selectors import in_japan


def tell_of_new_browser(device: Device) -> None:
    """Mail the device's resident, in the caller's transaction."""
    resident = device.resident
    with translation.override(resident.language):
        post(
            resident,
            resident.issuer,
            "new_device",
            to=resident.email,
            language=resident.language,
            subject=_("新しい端末からのログインのお知らせ"),
            opening=_("新しい端末(ブラウザ)からログインがありました。"),
            facts=[
                (_("ログイン日時"), f"{in_japan(device.seen_at):%Y/%m/%d %H:%M:%S}"),
                (_("端末"), browser_words(device.label) or _("名前のわからない端末")),
            ],
            unknown=_(
                "お心当たりのない場合は、すぐにパスワードを変更し、下記の事務局までご連絡ください。"
            ),
        )
