"""Why a payment at a poster was refused, in words for the resident who pays."""

from django.utils.translation import gettext as _


def payment_refusal(outcome: str) -> str:
    """What to do about an outcome of the ledger (``ledger.api.PaymentResult``) that took nothing;
    empty for what is none."""
    stopped = _("このウォレットは利用が停止されています。事務局へお問い合わせください。")
    changed = _("残高が変わりました。金額をご確認のうえ、もう一度お手続きください。")
    anew = _("お支払いになる場合は、もう一度はじめからお手続きください。")
    return {
        "frozen": stopped,
        "not_accepted": _("このお店では、お持ちの電子マネーを使えません。"),
        "over_limit": _(
            "お支払いの上限額を超えています。金額を減らして、もう一度お手続きください。"
        ),
        "expired": changed,
        "insufficient": changed,
        "try_again": _(
            "いまはお手続きできませんでした。少し待ってから、もう一度「お支払」を押してください。"
        ),
        "unknown": anew,
        "cancelled": anew,
        "key_conflict": anew,
        # A poster sends neither a code nor a till's reference.
        "code_expired": anew,
        "code_used": anew,
        "duplicate_reference": anew,
    }.get(outcome, "")
