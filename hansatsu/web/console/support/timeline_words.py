"""What stands in a timeline, in words."""

from typing import Any

from django.utils.translation import gettext as _

from hansatsu.flows.support.timelines import Row
from hansatsu.messages.till_note import read_reason, read_reference
from hansatsu.parties.identity.browser_words import browser_words
from hansatsu.parties.identity.masks import mask_addresses
from hansatsu.parties.issuers.models import AuditEntry
from hansatsu.web.console.frame.amount_words import yen_words
from hansatsu.web.console.home.alarm_words import alarm_title
from hansatsu.web.shared.audit_words import act_words, lines


def what(row: Row) -> str:
    """What happened."""
    if row.source in ("audit", "office"):
        return act_words(row.kind)
    if row.source == "mail":
        return _("メールの再送") if row.detail["again"] else _("メール")
    if row.source == "alarm":
        return alarm_title(row.kind)
    if row.source == "webhook":
        return _("Webhookの送信")
    if row.source in ("task", "equipment"):
        return _of_two(row)
    return all_words().get(f"{row.source}:{row.kind}", row.kind)


def details(row: Row) -> list[str]:
    """What else is to be said of it, in short parts."""
    return [part for part in _parts(row) if part]


def who(row: Row) -> str:
    """Who did it; a resident's own acts are theirs without a name."""
    if row.source in ("audit", "office"):
        return str(row.detail["name"])
    if row.actor_name:
        return row.actor_name
    return _actors().get(row.actor.split(":")[0], "")


def mail_state_words(state: str) -> str:
    """Where a mail is."""
    return {
        "queued": _("送信待ち"),
        "sent": _("送信済み"),
        "failed": _("送信を再試行中"),
        "bounced": _("届かず"),
    }.get(state, state)


def _parts(row: Row) -> list[str]:
    detail = row.detail
    match row.source:
        case "entry":
            return [_note(detail["note"]), _lost(detail["lost"])]
        case "mail":
            return [
                detail["subject"],
                mail_state_words(detail["state"]),
                mask_addresses(detail["error"]),
            ]
        case "audit" | "office":
            return [detail["reason"], *lines(_as_entry(detail))]
        case "order":
            return [detail["product"], _units(detail["units"])]
        case "device":
            return [browser_words(detail["label"]) or _("名前のわからない端末")]
        case "code":
            return [f"…{detail['last_four']}"]
        case "equipment":
            return [detail["label"]]
        case "acceptance":
            return [detail["emoney"]]
        case "alarm":
            return [detail["text"]]
        case "correction" | "expiry_move":
            return [detail["reason"]]
        case "event":
            return [detail["address"]]
        case _:
            return [str(detail[name]) for name in ("provider", "outcome") if detail.get(name)]


def _of_two(row: Row) -> str:
    words = all_words()
    thing = words.get(f"{row.source}:{row.kind}", row.kind)
    step = words.get(f"step:{row.detail['step']}", "")
    return f"{thing} · {step}" if step else thing


def _units(units: int) -> str:
    return _("%(units)d口") % {"units": units}


def _note(note: str | None) -> str:
    """The reason of a refund, a till's reference; of other entries the words as they are."""
    if not note or not note.startswith("{"):
        return note or ""
    return read_reason(note) or read_reference(note) or ""


def _lost(yen: int | None) -> str:
    """What an issue that was taken back had no value left for, or what of it came back."""
    if not yen:
        return ""
    if yen > 0:
        return _("使用・失効で戻せなかった分(発行者の損失) %(yen)s") % {"yen": yen_words(yen)}
    return _("発行者の損失の取り戻し %(yen)s") % {"yen": yen_words(-yen)}


def _as_entry(detail: dict[str, Any]) -> AuditEntry:
    return AuditEntry(before=detail["before"], after=detail["after"])


def _actors() -> dict[str, str]:
    return {
        "resident": _("ご本人"),
        "card": _("ご本人"),
        "gift": _("ご本人"),
        "order": _("ご購入"),
        "system": _("システム"),
        "correction": _("事務局"),
        "expiry_move": _("事務局"),
    }


def all_words() -> dict[str, str]:
    """What is said of each ``source:kind``, and of each step."""
    return _ledger_words() | _account_words() | _order_words() | _shop_words()


def _ledger_words() -> dict[str, str]:
    return {
        "entry:issue": _("チャージ"),
        "entry:issue_reversal": _("チャージの取消"),
        "entry:payment": _("決済"),
        "entry:refund": _("返金"),
        "entry:transfer_out": _("ほかのウォレットへの移動"),
        "entry:transfer_in": _("カードなどからの移動"),
        "entry:expiry": _("失効"),
        "entry:unexpire": _("失効の取消"),
        "entry:move_expiry": _("有効期限の延長"),
        "entry:payback": _("払戻し"),
        "entry:correction": _("訂正"),
        "entry:freeze": _("ウォレットの停止"),
        "entry:unfreeze": _("ウォレットの再開"),
        "entry:close": _("ウォレットの閉鎖"),
        "correction:proposed": _("残高の訂正の申請"),
        "correction:approved": _("残高の訂正の承認"),
        "correction:declined": _("残高の訂正の却下"),
        "expiry_move:proposed": _("有効期限の変更の申請"),
        "expiry_move:approved": _("有効期限の変更の承認"),
        "expiry_move:declined": _("有効期限の変更の却下"),
        "code:card": _("カードの受け取り"),
        "code:gift": _("ギフトコードの受け取り"),
        "code:purchase": _("購入コードの割り当て"),
        "code:made": _("カードの発行"),
        "code:taken": _("ウォレットへの移行"),
        "code:replaced": _("新しいカードの発行"),
        "device:opened": _("端末の登録"),
        "device:revoked": _("端末の利用を停止"),
    }


def _account_words() -> dict[str, str]:
    return {
        "event:registered": _("登録"),
        "event:logged_in": _("ログイン"),
        "event:log_in_refused": _("ログインの失敗"),
        "event:log_in_blocked": _("ログインの一時停止"),
        "event:one_time_mailed": _("ワンタイムパスワードの送信"),
        "event:one_time_wrong": _("ワンタイムパスワードの間違い"),
        "event:one_time_blocked": _("ワンタイムパスワードの停止"),
        "event:unlock_mailed": _("ロック解除のメール"),
        "event:passkey_added": _("パスキーの登録"),
        "event:passkey_removed": _("パスキーの削除"),
        "event:passkey_refused": _("パスキーの失敗"),
        "event:password_asked": _("パスワード再設定の申し込み"),
        "event:password_reset": _("パスワードの再設定"),
        "event:password_changed": _("パスワードの変更"),
        "event:email_change_asked": _("メールアドレス変更の申し込み"),
        "event:email_changed": _("メールアドレスの変更"),
        "event:email_change_stopped": _("メールアドレス変更の取りやめ"),
        "event:details_changed": _("登録内容の変更"),
        "event:data_exported": _("登録内容の書き出し"),
        "event:recheck_refused": _("ご本人確認の失敗"),
        "event:devices_ended": _("端末の利用を停止"),
        "event:left": _("退会"),
    }


def _order_words() -> dict[str, str]:
    return {
        "order:held": _("購入コードの確認"),
        "order:confirmed": _("購入内容の確認"),
        "order:paid": _("購入代金の入金"),
        "order:charged": _("購入分のチャージ"),
        "order:ended": _("購入手続きの終了"),
        "checkout:card": _("お支払いページ(クレジットカード)"),
        "checkout:konbini": _("お支払いページ(コンビニ)"),
        "told:awaiting": _("決済会社の通知: 入金待ち"),
        "told:paid": _("決済会社の通知: 入金"),
        "told:failed": _("決済会社の通知: 不成立"),
        "told:expired": _("決済会社の通知: 期限切れ"),
        "told:refunded": _("決済会社の通知: 返金"),
        "told:refund_failed": _("決済会社の通知: 返金の不成立"),
        "told:disputed": _("決済会社の通知: チャージバック"),
        "told:dispute_won": _("決済会社の通知: チャージバックの取り下げ"),
        "told:dispute_lost": _("決済会社の通知: チャージバックの確定"),
        "money:order": _("ご購入の代金"),
        "money:late": _("期限後の入金"),
        "money:double": _("二重の入金"),
        "money:wrong_amount": _("金額の異なる入金"),
        "task:late": _("期限後の入金"),
        "task:double": _("二重の入金"),
        "task:wrong_amount": _("金額の異なる入金"),
        "task:uncharged": _("入金済み・未チャージ"),
        "task:refund": _("購入の返金"),
        "task:chargeback": _("チャージバック"),
        "task:refund_failed": _("返金の不成立"),
        "task:dispute_lost": _("チャージバック確定"),
        "task:shortfall": _("代金の不足"),
        "transfer:made": _("振込の受け付け"),
        "transfer:paid": _("振込"),
        "step:made": _("対応開始"),
        "step:done": _("対応完了"),
    }


def _shop_words() -> dict[str, str]:
    return {
        "equipment:terminal": _("端末"),
        "equipment:key": _("APIキー"),
        "equipment:webhook": _("Webhookの送り先"),
        "step:ended": _("利用終了"),
        "step:disabled": _("自動停止"),
        "acceptance:started": _("電子マネーの取り扱い開始"),
        "acceptance:stopped": _("電子マネーの取り扱い終了"),
    }
