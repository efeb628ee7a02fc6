"""取消 and 返金 in words: reasons to choose from, and why it was not done."""

from django.utils.translation import gettext as _

from hansatsu.web.shared.refusals import Refusal


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
