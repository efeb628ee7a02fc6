"""Payout runs in words."""

from typing import assert_never

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hansatsu.flows.settlement.models import PayoutRow, PayoutRun, RowOutcome, RunState
from hansatsu.flows.settlement.payouts.approving import NotApproved, NotDropped
from hansatsu.flows.settlement.payouts.choosing import LeftOut
from hansatsu.flows.settlement.payouts.handing_over import NotHandedOver
from hansatsu.flows.settlement.payouts.marking import (
    NotFailed,
    NotMarked,
    NotPaidAfterAll,
    NotReturned,
)
from hansatsu.flows.settlement.payouts.preparing import DayRefused, Prepared
from hansatsu.flows.settlement.payouts.staleness import WhyStale
from hansatsu.formats.zengin.names import PAYEE, Conversion
from hansatsu.parties.identity.masks import mask_name
from hansatsu.web.console.frame.amount_words import yen_words
from hansatsu.web.console.settlement.words import Tone, day_words
from hansatsu.web.shared.words import grouped


def run_name(run: PayoutRun) -> str:
    """第3回の振込."""
    return _("第%(number)s回の振込") % {"number": run.number}


def run_state(state: str) -> str:
    """How far a run is."""
    return {
        RunState.PREPARED: _("承認待ち"),
        RunState.APPROVED: _("引き渡し待ち"),
        RunState.HANDED_OVER: _("銀行で手続き中"),
        RunState.PAID: _("支払済み"),
        RunState.DROPPED: _("取りやめ"),
    }[RunState(state)]


def run_tone(state: str) -> Tone:
    """The colour of it."""
    tones: dict[str, Tone] = {
        RunState.PREPARED: "warning",
        RunState.APPROVED: "warning",
        RunState.HANDED_OVER: "info",
        RunState.PAID: "success",
    }
    return tones.get(state, "")


def row_state(row: PayoutRow) -> str:
    """What became of a row."""
    if row.outcome == RowOutcome.PAID:
        return _("支払済み")
    if row.outcome == RowOutcome.FAILED:
        return _("振込不能・戻り金あり") if row.returned_on else _("振込不能")
    return _("取りやめ") if row.released_at else _("手続き中")


def row_tone(row: PayoutRow) -> Tone:
    """The colour of it."""
    if row.outcome == RowOutcome.PAID:
        return "success"
    return "danger" if row.outcome == RowOutcome.FAILED else ""


def payee_words(row: PayoutRow) -> str:
    """Whom a row pays: a shop by its number and name, a resident masked."""
    if row.payable is not None:
        return f"{row.payable.shop.code} {row.payable.shop.local_name}"
    assert row.transfer is not None
    resident = row.transfer.resident
    return _("返金 %(name)s") % {"name": mask_name(resident.family_name, resident.given_name)}


def transfers_words(count: int) -> str:
    """So many transfers."""
    return ngettext("%(count)s件", "%(count)s件", count) % {"count": grouped(count)}


def yen_cell(amount: int) -> SafeString:
    """An amount in a table, which is never broken over two lines."""
    return format_html('<span class="whitespace-nowrap">{}</span>', yen_words(amount))


def conversion_words(conversion: Conversion) -> str:
    """ヲ → ｵ."""
    return f"{conversion.written} → {conversion.read}"


def left_out_words(left: LeftOut) -> str:
    """Why something that is due is not paid."""
    match left.why:
        case "held":
            if left.until is None:
                return _("支払保留(解除するまで)")
            return _("支払保留(%(day)sから支払えます)") % {"day": day_words(left.until)}
        case "no_account":
            return _("口座が登録されていません")
        case "account_waiting":
            return _("口座が承認待ちです")
        case "first_days":
            return _("新しい口座です(%(day)sから支払えます)") % {"day": day_words(left.until)}
        case "unfit":
            return _unfit(left)
        case "below_fee":
            return _("振込手数料が金額以上です")
        case never:
            assert_never(never)


def _unfit(left: LeftOut) -> str:
    name = left.name
    if name is not None and not name.unfit and name.text:
        said = _("名義「%(holder)s」は%(length)s文字で、銀行の%(longest)s文字に入りません")
        return said % {"holder": left.holder, "length": len(name.text), "longest": PAYEE}
    said = _("名義「%(holder)s」に、銀行で使えない文字があります: %(signs)s")
    signs = " ".join(name.unfit) if name is not None else ""
    return said % {"holder": left.holder, "signs": signs}


def left_out_title(left: LeftOut) -> str:
    """The same in a word, for a badge."""
    match left.why:
        case "held":
            return _("支払保留")
        case "no_account" | "account_waiting":
            return _("口座なし")
        case "first_days":
            return _("新しい口座")
        case "unfit":
            return _("名義")
        case "below_fee":
            return _("手数料")
        case never:
            assert_never(never)


def stale_words(why: WhyStale) -> str:
    """What has changed since a run was prepared."""
    match why:
        case "account_changed":
            return _("口座が変わりました")
        case "held":
            return _("支払保留になりました")
        case "refund_changed":
            return _("返金の金額か口座が変わりました")
        case never:
            assert_never(never)


def day_refusal(why: DayRefused) -> str:
    """Why no run is paid on a day; empty when one can be."""
    match why:
        case "":
            return ""
        case "no_bank_day":
            return _("銀行の休業日です。ほかの日を選んでください。")
        case "too_soon":
            return _(
                "この日に支払うには、銀行への提出期限を過ぎています。もっとあとの日を選んでください。"
            )
        case "too_far":
            return _("銀行のファイルに年は入りません。半年より先の日には支払えません。")
        case never:
            assert_never(never)


def not_prepared(why: Prepared) -> str:
    """Why no run was made; empty when one was."""
    match why:
        case "prepared":
            return ""
        case "no_originator":
            return _("振込元の口座と委託者コードが、精算の設定にまだありません。")
        case "no_bank_day" | "too_soon" | "too_far":
            return day_refusal(why)
        case "nothing":
            return _("この日までに支払えるものがありません。")
        case "too_many":
            return _("1つのファイルに入る件数を超えています。")
        case "changed":
            return _(
                "表示したあとに内容が変わりました。新しい内容を確かめて、もう一度押してください。"
            )
        case "not_missed":
            return _("その振込には、もう次の振込があります。")
        case never:
            assert_never(never)


def not_approved(why: NotApproved) -> str:
    """Why it was not approved; empty when it was."""
    match why:
        case "":
            return ""
        case "decided":
            return _("この振込は、すでに承認されたか、取りやめられています。")
        case "oneself":
            return _("あなたが作成した振込です。承認は、ほかの担当者にしかできません。")
        case "entered_account":
            return _(
                "この振込には、あなたが登録し、はじめて支払う口座があります。承認は、ほかの担当者にしかできません。"
            )
        case "missed":
            return _(
                "銀行への提出期限を過ぎています。取りやめて、新しい支払日で作り直してください。"
            )
        case "stale":
            return _("作成したあとに変わったものがあります。取りやめて、作り直してください。")
        case "other_total":
            return _(
                "合計が、この振込の合計と違います。画面の金額を見て、もう一度入力してください。"
            )
        case never:
            assert_never(never)


def not_dropped(why: NotDropped) -> str:
    """Why it was not dropped; empty when it was."""
    match why:
        case "":
            return ""
        case "handed_over":
            return _("銀行へ引き渡したあとは、取りやめられません。")
        case "decided":
            return _("この振込は、すでに取りやめられています。")
        case never:
            assert_never(never)


def not_handed_over(why: NotHandedOver) -> str:
    """Why the file is not given; empty when it is."""
    match why:
        case "":
            return ""
        case "not_approved":
            return _("承認されていない振込のファイルは、受け取れません。")
        case "missed":
            return _(
                "銀行への提出期限を過ぎています。取りやめて、新しい支払日で作り直してください。"
            )
        case "stale":
            return _("承認のあとに変わったものがあります。取りやめて、作り直してください。")
        case "oneself":
            return _(
                "あなたは一度受け取っています。二重に支払わないよう、もう一度受け取れるのは、ほかの担当者だけです。"
            )
        case never:
            assert_never(never)


def not_marked(why: NotMarked) -> str:
    """Why it was not marked as paid; empty when it was."""
    match why:
        case "":
            return ""
        case "not_handed_over":
            return _("銀行へ引き渡していない振込です。")
        case "marked":
            return _("この振込は、すでに支払済みです。")
        case "too_early":
            return _("支払日がまだ来ていません。")
        case "unknown_row":
            return _("この振込にない番号があります。明細の番号を確かめてください。")
        case never:
            assert_never(never)


def not_failed(why: NotFailed | NotPaidAfterAll) -> str:
    """Why the outcome of a row was not changed; empty when it was."""
    match why:
        case "":
            return ""
        case "not_marked":
            return _(
                "先に、この振込を支払済みにしてください。そのときに、振込不能のお店を入力できます。"
            )
        case "failed":
            return _("すでに振込不能になっています。")
        case "not_failed":
            return _("振込不能になっていません。")
        case "returned":
            return _("戻り金が記録されています。次の振込で支払います。")
        case never:
            assert_never(never)


def not_returned(why: NotReturned) -> str:
    """Why the money that came back was not noted; empty when it was."""
    match why:
        case "":
            return ""
        case "not_failed":
            return _("振込不能になっていません。")
        case "returned":
            return _("戻り金は、すでに記録されています。")
        case "wrong_yen":
            return _("戻った金額は、1円から振り込んだ金額までで入力してください。")
        case "wrong_day":
            return _("戻った日は、引き渡した日から今日までで入力してください。")
        case never:
            assert_never(never)
