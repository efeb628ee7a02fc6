"""What settling is called, in words; a state has a sign of its own, so that no colour speaks
alone."""

from datetime import date
from typing import Literal

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from hansatsu.flows.settlement.models import (
    AdjustmentKind,
    Closing,
    ClosingKind,
    RequestState,
)
from hansatsu.flows.settlement.standing import Standing
from hansatsu.parties.staff.two_people import ProposalState, Proposed, has_lapsed
from hansatsu.parties.wallets.expiry_words import weekday
from hansatsu.web.console.frame.cells import badge
from hansatsu.web.shared.words import grouped

Tone = Literal["success", "danger", "warning", "info", ""]


def day_words(day: date | None) -> str:
    """2026/12/10(木); a dash for none."""
    return f"{day:%Y/%m/%d}({weekday(day)})" if day else "—"


def period_of(closing: Closing) -> str:
    """The days that it is about."""
    return f"{closing.period_start:%Y/%m/%d} – {closing.last_day:%Y/%m/%d}"


def closing_name(closing: Closing) -> str:
    """第12回の締め."""
    return _("第%(number)s回の締め") % {"number": closing.number}


def kind_of_closing(kind: str) -> str:
    """Of all shops, or of one that asked."""
    return _("随時") if kind == ClosingKind.ON_DEMAND else _("定例")


def standing_words(standing: str) -> str:
    """How far a payout is."""
    return {
        Standing.PAID: _("支払済み"),
        Standing.FAILED: _("振込不能"),
        Standing.IN_RUN: _("振込手続き中"),
        Standing.WAITING: _("支払待ち"),
        Standing.HELD: _("支払保留"),
        Standing.NO_ACCOUNT: _("口座なし"),
        Standing.CARRIED: _("繰越(マイナス)"),
        Standing.NOTHING: _("支払なし"),
    }[Standing(standing)]


SIGNS = {
    Standing.PAID: "✓",
    Standing.FAILED: "✕",
    Standing.IN_RUN: "→",
    Standing.WAITING: "○",
    Standing.HELD: "■",
    Standing.NO_ACCOUNT: "?",
    Standing.CARRIED: "−",
    Standing.NOTHING: "·",
}
TONES: dict[Standing, Tone] = {
    Standing.PAID: "success",
    Standing.FAILED: "danger",
    Standing.IN_RUN: "info",
    Standing.WAITING: "info",
    Standing.HELD: "warning",
    Standing.NO_ACCOUNT: "danger",
    Standing.CARRIED: "warning",
    Standing.NOTHING: "",
}


def standing_badge(standing: str) -> SafeString:
    """The same with its sign, on its colour."""
    known = Standing(standing)
    return badge(f"{SIGNS[known]} {standing_words(standing)}", TONES[known])


def adjustment_words(kind: str) -> str:
    """Why a statement has a line that no payment made."""
    return {
        AdjustmentKind.WRONG_SHOP: _("店舗の取り違え"),
        AdjustmentKind.GOODWILL: _("その他の調整"),
        AdjustmentKind.COLLECTED: _("未収の回収"),
        AdjustmentKind.WRITTEN_OFF: _("未収の償却"),
    }[AdjustmentKind(kind)]


def state_words(state: str) -> str:
    """The state of a proposal."""
    return {
        ProposalState.PROPOSED: _("承認待ち"),
        ProposalState.APPROVED: _("承認済み"),
        ProposalState.DECLINED: _("却下"),
    }[ProposalState(state)]


def proposal_words(row: Proposed) -> str:
    """Where a proposal is."""
    return _("期限切れ") if has_lapsed(row) else state_words(row.state)


def proposal_tone(row: Proposed) -> Tone:
    """The colour of it."""
    tones: dict[str, Tone] = {
        ProposalState.PROPOSED: "warning",
        ProposalState.APPROVED: "success",
        ProposalState.DECLINED: "danger",
    }
    return "" if has_lapsed(row) else tones[row.state]


def request_words(state: str) -> str:
    """Where a request for a payout in between is."""
    return {
        RequestState.ASKED: _("受付中"),
        RequestState.CLOSED: _("締め済み"),
        RequestState.DECLINED: _("見送り"),
        RequestState.WITHDRAWN: _("取り下げ"),
    }[RequestState(state)]


def signed_yen(yen: int) -> str:
    """+500円, -500円, 0円."""
    return _("%(yen)s円") % {"yen": ("+" if yen > 0 else "") + grouped(yen)}
