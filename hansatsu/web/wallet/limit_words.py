"""The limits of payments in words: those that stand on pages, and what is said over one."""

from django.utils.translation import gettext as _

from hansatsu.parties.wallets.limits import PaymentLimits
from hansatsu.web.shared.words import grouped


def why_over(limits: PaymentLimits, amount: int) -> str:
    """Why ``amount`` yen cannot be paid, with the figure and what to do; empty when the limits
    leave room for it."""
    match limits.exceeded_by(amount):
        case "per_payment":
            return _(
                "1回のお支払いは%(most)s円までです。%(most)s円以下の金額でお支払いください。残りは現金などでお支払いいただけます。"
            ) % {"most": grouped(limits.per_payment or 0)}
        case "per_day" if limits.left_today:
            return _(
                "1日のお支払いは%(most)s円までで、本日お支払いいただけるのはあと%(left)s円です。残りは現金などでお支払いいただけます。"
            ) % {"most": grouped(limits.per_day or 0), "left": grouped(limits.left_today)}
        case "per_day":
            return _(
                "1日のお支払いの上限(%(most)s円)に達しました。本日は現金などでお支払いください。明日からまたお使いになれます。"
            ) % {"most": grouped(limits.per_day or 0)}
    return ""


def limit_lines(limits: PaymentLimits) -> list[tuple[str, int]]:
    """The limits that there are, each with its yen."""
    lines = [
        (_("1回のお支払いの上限"), limits.per_payment),
        (_("1日のお支払いの上限"), limits.per_day),
        (_("本日お支払いいただける残り"), limits.left_today),
        (_("ウォレットの残高の上限"), limits.holding),
    ]
    return [(name, yen) for name, yen in lines if yen is not None]
