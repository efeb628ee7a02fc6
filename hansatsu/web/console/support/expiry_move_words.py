"""Later expiries in words."""

from typing import assert_never

from django.utils.translation import gettext as _

from hansatsu.flows.support.expiry_moves import Refusal
from hansatsu.flows.support.models import ExpiryMove
from hansatsu.formats.japan import last_day
from hansatsu.web.shared.words import until_short


def what_words(move: ExpiryMove) -> str:
    """What is proposed."""
    return _("期限切れの取消") if move.is_of_expired else _("有効期限の延長")


def from_to_words(move: ExpiryMove) -> str:
    """The last day that it had, and the one that it gets."""
    before, after = last_day(move.expires_at_before), last_day(move.expires_at)
    return f"{until_short(before)} → {until_short(after)}"


def expiry_move_refusal(why: Refusal) -> str:
    """Why a later expiry was not proposed, approved or declined; empty when it was."""
    match why:
        case "":
            return ""
        case "oneself":
            return _("ご自分の申請は承認できません。ほかの担当者にご依頼ください。")
        case "not_allowed":
            return _("承認・却下の権限がありません。")
        case "decided":
            return _("この申請は、すでに承認または却下されています。")
        case "lapsed":
            return _("申請から7日がたったため、承認できません。もう一度申請してください。")
        case "unknown":
            return _("この残高は見つかりませんでした。")
        case "closed":
            return _("閉じられたウォレットの有効期限は変えられません。")
        case "expired":
            return _("この残高は有効期限が過ぎています。期限切れの取消を申請してください。")
        case "already":
            return _("この期限切れは、すでに取り消されています。")
        case "reversed":
            return _("チャージが取り消されているため、戻せません。")
        case "not_later":
            return _("有効期限は、今の期限より後の日、今日以降の日にしてください。")
        case "exempt":
            return _(
                "発行の日から6か月を超える有効期限にはできません。"
                "資金決済法の適用除外の範囲を超えるためです。"
            )
        case never:
            assert_never(never)
