"""States of wallets, cards and codes in words, for support."""

from typing import assert_never

from django.utils.translation import gettext as _

from hansatsu.flows.support.acts import Resending


def card_state_words(state: str) -> str:
    """What became of a card."""
    return {
        "issued": _("発行済み"),
        "replaced": _("再発行済み"),
        "taken": _("ウォレットへ移行済み"),
    }.get(state, state)


def gift_state_words(state: str) -> str:
    """What became of a gift code."""
    return {"ready": _("未使用"), "taken": _("使用済み"), "void": _("無効")}.get(state, state)


def purchase_code_state_words(state: str) -> str:
    """What became of a purchase code."""
    return {
        "free": _("未使用"),
        "held": _("購入手続き中"),
        "used": _("使用済み"),
        "void": _("無効"),
    }.get(state, state)


def order_state_words(state: str) -> str:
    """Where an order is."""
    return {
        "held": _("コード確認済み"),
        "confirmed": _("内容確認済み"),
        "awaiting": _("お支払い待ち"),
        "paid": _("お支払い済み"),
        "charged": _("チャージ完了"),
        "lapsed": _("期限切れ"),
        "cancelled": _("取りやめ"),
        "failed": _("お支払い不成立"),
        "refunded": _("返金済み"),
        "reversed": _("チャージ取消"),
    }.get(state, state)


def wallet_state_words(state: str | None) -> str:
    """The state of a wallet: whether it pays."""
    return {"open": _("利用中"), "frozen": _("停止中"), "closed": _("閉鎖済み")}.get(
        state or "", _("不明")
    )


def mail_refusal(outcome: Resending) -> str:
    """Why a mail is not sent again; empty when it is."""
    match outcome:
        case "sent":
            return ""
        case "secret":
            return _(
                "手続きのためのリンクや番号が入ったメールは再送できません。ご本人に手続きをやり直していただいてください。"
            )
        case "under_way":
            return _("このメールはまだ送信の途中です。")
        case "nobody":
            return _("退会した方には送れません。")
        case never:
            assert_never(never)
