"""取消 and 返金 in words: reasons to choose from, why it was not done, what was done meanwhile."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from hansatsu.flows.payments.refunds_since import RefundSince
from hansatsu.formats.japan import in_japan
from hansatsu.parties import clock
from hansatsu.web.shared.refusals import Refusal
from hansatsu.web.shared.words import grouped, japan_minute, japan_time


def reason_choices() -> list[tuple[str, str]]:
    """Reasons by their names, as a cashier has them."""
    return [
        ("mistake", _("金額の打ち間違い")),
        ("return", _("商品の返品")),
        ("customer", _("お客様のご都合")),
        ("twice", _("二重のお支払い")),
        ("other", _("その他(下に入力)")),
    ]


def refund_refusal(outcome: str) -> Refusal:
    """The words for an outcome of ``payments.refunds`` that changed nothing."""
    title, advice = _words().get(outcome, _words()["cancelled"])
    return Refusal(outcome, title, advice)


def refunds_in_words(since: Sequence[RefundSince], *, name_clerks: bool) -> list[str]:
    """Refunds that were made meanwhile, a line each: how much, when and by whom. A shop is told of
    the office, not of its people."""
    return [
        _("%(time)sに%(yen)s円(%(by)s)")
        % {
            "time": _moment(refund.at),
            "yen": grouped(refund.amount),
            "by": refund.by or (name_clerks and refund.clerk) or _("事務局"),
        }
        for refund in since
    ]


def _moment(at: datetime) -> str:
    """As one says it of today; with the day when that is over."""
    is_today = at.date() == in_japan(clock.now()).date()
    return japan_minute(at) if is_today else japan_time(at)


def _words() -> dict[str, tuple[str, str]]:
    return {
        "not_today": (
            _("前日までの決済は、レジ担当では返金できません。"),
            _("店長にお声がけください。"),
        ),
        "already_refunded": (
            _("この決済は、すでに全額お返ししています。"),
            _("決済の詳細で、いつ返金したかをご確認ください。"),
        ),
        "refund_exceeds_payment": (
            _("返せる金額を超えています。"),
            _("ほかの端末で一部を返金した可能性があります。残りの金額をご確認ください。"),
        ),
        "closed": (
            _("このお客様のウォレットは閉じられているため、ここでは返金できません。"),
            _("事務局へお問い合わせください。"),
        ),
        "unknown": (
            _("この決済は見つかりませんでした。"),
            _("決済一覧からもう一度お選びください。"),
        ),
        "key_conflict": (
            _("この手続きでは、別の内容ですでに返金しています。"),
            _("決済の詳細で、返金した金額をご確認ください。"),
        ),
        "cancelled": (
            _("この返金は行われていません。"),
            _("決済の詳細から、もう一度はじめからお手続きください。"),
        ),
    }
