"""Corrections in words."""

from django.utils.translation import gettext as _

from hansatsu.flows.support.corrections import Refusal, has_lapsed
from hansatsu.flows.support.models import Correction, CorrectionState
from hansatsu.web.shared.words import grouped


def correction_state_words(correction: Correction) -> str:
    """Where a proposal is."""
    if has_lapsed(correction):
        return _("期限切れ")
    return {
        CorrectionState.PROPOSED: _("承認待ち"),
        CorrectionState.APPROVED: _("承認済み"),
        CorrectionState.DECLINED: _("却下"),
    }[CorrectionState(correction.state)]


def signed_words(amount: int) -> str:
    """+500円分, -500円分."""
    return _("%(yen)s円分") % {"yen": ("+" if amount > 0 else "") + grouped(amount)}


def correction_refusal(why: Refusal) -> str:
    """Why a correction was not proposed, approved or declined."""
    return {
        "oneself": _("ご自分の申請は承認できません。ほかの担当者にご依頼ください。"),
        "not_allowed": _("承認・却下の権限がありません。"),
        "decided": _("この申請は、すでに承認または却下されています。"),
        "lapsed": _("申請から7日がたったため、承認できません。もう一度申請してください。"),
        "unknown": _("この残高は見つかりませんでした。"),
        "closed": _("閉じられたウォレットは訂正できません。"),
        "expired": _("有効期限が過ぎているため、訂正できません。"),
        "insufficient": _("残高が足りません。すでに使われた分は減らせません。"),
        "over_limit": _("ウォレットに入れられる金額の上限を超えます。"),
    }.get(why, why)
