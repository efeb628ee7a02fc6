"""Corrections in words."""

from typing import assert_never

from django.utils.translation import gettext as _

from hansatsu.flows.support.corrections import Refusal
from hansatsu.parties.staff.two_people import ProposalState, Proposed, has_lapsed
from hansatsu.web.shared.words import grouped


def proposal_state_words(proposal: Proposed) -> str:
    """Where a proposal is."""
    if has_lapsed(proposal):
        return _("期限切れ")
    return {
        ProposalState.PROPOSED: _("承認待ち"),
        ProposalState.APPROVED: _("承認済み"),
        ProposalState.DECLINED: _("却下"),
    }[ProposalState(proposal.state)]


def signed_words(amount: int) -> str:
    """+500円分, -500円分."""
    return _("%(yen)s円分") % {"yen": ("+" if amount > 0 else "") + grouped(amount)}


def correction_refusal(why: Refusal) -> str:
    """Why a correction was not proposed, approved or declined; empty when it was."""
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
            return _("閉じられたウォレットは訂正できません。")
        case "expired":
            return _("有効期限が過ぎているため、訂正できません。")
        case "insufficient":
            return _("残高が足りません。すでに使われた分は減らせません。")
        case "over_limit":
            return _("ウォレットに入れられる金額の上限を超えます。")
        case never:
            assert_never(never)
