"""How a statement's payout stands, as its shop reads it."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from hansatsu.flows.settlement.drafting import Draft
from hansatsu.flows.settlement.standing import Standing
from hansatsu.formats.japan import in_japan
from hansatsu.parties import clock
from hansatsu.web.shared.words import day_words


@dataclass(frozen=True, slots=True)
class StandingWords:
    """A badge of a ``kind``, and a sentence that says what comes next, or what to do."""

    label: str
    kind: str
    text: str


def standing_words(statement: Any) -> StandingWords:
    """Of a statement with its ``standing``."""
    match Standing(statement.standing):
        case Standing.PAID:
            day = day_words(in_japan(statement.payable.paid_at).date())
            return StandingWords(
                _("支払済み"), "pine", _("%(day)sにお振り込みしました。") % {"day": day}
            )
        case Standing.IN_RUN:
            return StandingWords(_("手続き中"), "indigo", _("銀行の振込の手続きをしています。"))
        case Standing.WAITING:
            return StandingWords(_("支払待ち"), "", _waiting(statement))
        case Standing.HELD:
            text = _("事務局がお支払いを保留しています。くわしくは、事務局へお問い合わせください。")
            return StandingWords(_("保留"), "vermilion", text)
        case Standing.NO_ACCOUNT:
            text = _("使える振込先の口座がありません。事務局へお届けください。")
            return StandingWords(_("保留"), "vermilion", text)
        case Standing.FAILED:
            text = _("銀行で振り込めませんでした。振込先の口座を、事務局とご確認ください。")
            return StandingWords(_("保留"), "vermilion", text)
        case Standing.CARRIED:
            text = _("お支払いはありません。不足の分は、次回の精算から差し引きます。")
            return StandingWords(_("次回へ繰越"), "", text)
        case Standing.NOTHING:
            text = _("この期間にお支払いするものはありません。")
            return StandingWords(_("お支払いなし"), "", text)


def draft_rows(draft: Draft) -> list[tuple[str, int]]:
    """How what is expected comes about: labels and yen as they are added; no idle zeros."""
    rows = [
        (_("前回からの繰越"), draft.opening),
        (_("決済"), draft.payments),
        (_("返金"), -draft.refunds),
        (_("調整"), draft.adjustments),
        (_("手数料と消費税"), -draft.fee - draft.tax),
    ]
    return [(label, yen) for label, yen in rows if yen]


def _waiting(statement: Any) -> str:
    due = statement.payable.due_on
    if due < in_japan(clock.now()).date():
        return _("お支払日が過ぎています。次の振込でお支払いします。")
    return _("%(day)sにお振り込みする予定です。") % {"day": day_words(due)}
