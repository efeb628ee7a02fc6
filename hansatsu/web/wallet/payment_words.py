"""Why a payment at a poster was refused, in words for the resident who pays."""

from typing import assert_never

from django.utils.translation import gettext as _

from hansatsu.flows.payments.attempts import State
from hansatsu.web.shared.refusals import Refusal


def over(state: State) -> Refusal:
    """Why an intent can no longer be paid: its ``Standing.state``, or ``open`` of one that has
    become too old."""
    match state:
        case "paid":
            title = _("このお支払いの前に、別の金額でお支払いが完了しています。")
            advice = _("続けてお支払いになる場合は、はじめからお手続きください。")
        case "taken":
            title = _("このQRコードのお支払いは、ほかの方がすでに済ませています。")
            advice = _("あなたの残高は減っていません。")
        case "cancelled":
            title = _("お支払いは完了していません。残高は減っていません。")
            advice = _("お支払いになる場合は、もう一度はじめからお手続きください。")
        case "open":
            title = _("時間がたったため、このお支払いはできなくなりました。")
            advice = _("残高は減っていません。もう一度はじめからお手続きください。")
        case never:
            assert_never(never)
    return Refusal(state, title, advice)


def payment_refusal(outcome: str) -> str:
    """What to do about an outcome of the ledger (``ledger.api.PaymentResult``) that took nothing;
    empty for any other text."""
    return _words().get(outcome, "")


def _words() -> dict[str, str]:
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
    }
