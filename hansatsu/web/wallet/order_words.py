"""An order's state in words."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from hansatsu.flows.charging.models import Method, Order, OrderState


@dataclass(frozen=True, slots=True)
class StateWords:
    """A word for lists, a kind of badge, and a sentence for the order's own page."""

    word: str
    badge: str
    sentence: str


def state_words(order: Order) -> StateWords:
    """The words for where ``order`` is."""
    match order.state:
        case OrderState.HELD | OrderState.CONFIRMED:
            return StateWords(
                _("お手続きの途中"), "indigo", _("お支払いの手続きが終わっていません。")
            )
        case OrderState.AWAITING:
            if order.method == Method.KONBINI:
                sentence = _("コンビニでのお支払いを待っています。")
            else:
                sentence = _("お支払いは完了していません。")
            return StateWords(_("お支払い待ち"), "indigo", sentence)
        case OrderState.PAID:
            return StateWords(
                _("チャージ準備中"),
                "vermilion",
                _("お支払いを確認しましたが、まだチャージできていません。事務局からご連絡します。"),
            )
        case OrderState.CHARGED:
            return StateWords(_("チャージ完了"), "pine", _("チャージが完了しました。"))
        case OrderState.LAPSED:
            return StateWords(
                _("期限切れ"), "", _("期限を過ぎたため、このお申し込みは取り消されました。")
            )
        case OrderState.CANCELLED:
            return StateWords(_("取りやめ"), "", _("このお申し込みは、取りやめになりました。"))
        case OrderState.FAILED:
            return StateWords(
                _("お支払い不成立"),
                "vermilion",
                _("お支払いが完了しなかったため、このお申し込みは取り消されました。"),
            )
        case OrderState.REFUNDED:
            return StateWords(_("返金済み"), "", _("お支払いいただいた金額は、返金されました。"))
        case _:
            return StateWords(
                _("チャージ取消"),
                "vermilion",
                _("お支払いが取り消されたため、チャージも取り消されました。"),
            )
