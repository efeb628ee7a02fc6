"""What residents are told when the office stops or resumes their wallet, ends their devices, or has
value live longer. In the transaction of the act, in the resident's language; the reason is the
office's own."""

from django.utils import translation
from django.utils.translation import gettext as _

from hansatsu.flows.support.models import ExpiryMove
from hansatsu.formats.japan import last_day
from hansatsu.messages.mail.change_notices import tell
from hansatsu.parties.identity.models import Resident
from hansatsu.parties.wallets.expiry_words import until


def wallet_stopped(resident: Resident) -> None:
    """The wallet pays nothing until it is resumed."""
    with translation.override(resident.language):
        tell(
            resident,
            "wallet_stopped",
            subject=_("ウォレットの停止のお知らせ"),
            opening=_(
                "事務局で、あなたのウォレットを停止しました。再開するまで、お支払いはできません。"
                "残高はそのままです。チャージと返金は受け取れます。"
            ),
            closing=[_("再開をご希望のときは、下記へお電話ください。")],
        )


def wallet_resumed(resident: Resident) -> None:
    """The wallet pays again."""
    with translation.override(resident.language):
        tell(
            resident,
            "wallet_resumed",
            subject=_("ウォレットの再開のお知らせ"),
            opening=_(
                "事務局で、あなたのウォレットを再開しました。お支払いができるようになりました。"
            ),
        )


def devices_ended(resident: Resident, count: int) -> None:
    """Every browser is logged out, and its pay codes are dead."""
    with translation.override(resident.language):
        tell(
            resident,
            "devices_ended",
            subject=_("端末の停止のお知らせ"),
            opening=_(
                "事務局で、あなたの端末をすべて停止しました。どの端末もログアウトし、"
                "表示していた支払コードは使えません。残高はそのままです。"
            ),
            facts=[(_("停止した端末"), _("%(count)d台") % {"count": count})],
            page="login/",
            link_label=_("もう一度ログインする"),
        )


def expiry_moved(resident: Resident, move: ExpiryMove) -> None:
    """Value lives longer, or lives again."""
    with translation.override(resident.language):
        opening = (
            _("有効期限切れとなっていた次の残高を、もう一度ご利用いただけるようにしました。")
            if move.is_of_expired
            else _("次の残高の有効期限を延長しました。")
        )
        tell(
            resident,
            "expiry_moved",
            subject=_("有効期限の変更のお知らせ"),
            opening=opening,
            facts=[
                (_("対象の残高"), _("%(yen)s円分") % {"yen": f"{move.amount:,}"}),
                (_("これまでの有効期限"), until(last_day(move.expires_at_before))),
                (_("新しい有効期限"), until(last_day(move.expires_at))),
            ],
            page="balance/",
            link_label=_("残高を確かめる"),
        )
