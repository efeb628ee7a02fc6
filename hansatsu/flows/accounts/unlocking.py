"""The mailed link that stands for the one-time password, when its guesses are used up."""

from datetime import timedelta

from django.utils import translation
from django.utils.translation import gettext as _

from hansatsu.messages.mail.account_letters import post
from hansatsu.parties.identity.mailed_links import make_link
from hansatsu.parties.identity.models import Purpose, Resident
from hansatsu.parties.issuers.site_pages import site_page

LIFE = timedelta(hours=1)


def mail_unlock_link(resident: Resident) -> None:
    """Mail ``resident`` a link that lets them go on, in the caller's transaction."""
    issuer = resident.issuer
    token = make_link(issuer, Purpose.UNLOCK, resident.email, lifetime=LIFE, resident=resident)
    with translation.override(resident.language):
        post(
            resident,
            issuer,
            "unlock",
            to=resident.email,
            language=resident.language,
            subject=_("ログインのご案内"),
            opening=_(
                "ワンタイムパスワードが続けて間違えて入力されたため、入力を止めています。"
                "ご本人の場合は、1時間以内に次のページを開いてログインしてください。"
            ),
            link=site_page(issuer, f"login/link/{token}/"),
            link_label=_("ログインを続ける"),
            unknown=_(
                "お心当たりのない場合は、どなたかがあなたのパスワードを知っています。"
                "パスワードを変更するか、下記の事務局までご連絡ください。"
            ),
        )
