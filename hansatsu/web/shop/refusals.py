"""Why the till could not take a payment, in words for the cashier: what is so, and what to do.

The cashier reads it out to the customer, so nothing is said of a resident's balance.
"""

from typing import assert_never

from django.utils.translation import gettext as _

from hansatsu.database.connections import ledger_connection
from hansatsu.flows.payments.attempts import State
from hansatsu.flows.payments.codes import Reading
from hansatsu.ledger import api as ledger
from hansatsu.parties.issuers.models import Issuer
from hansatsu.web.shared.refusals import Refusal
from hansatsu.web.shared.words import about_minutes, grouped


def unread(reading: Reading, *, was_typed: bool) -> Refusal:
    """The words for a code that cannot pay. A scanner makes no slips: what it read and only
    begins as ours is another app's."""
    outcome: str = reading.outcome
    if outcome == "mistyped_code" and not was_typed:
        outcome = "foreign_code"
    why = refusal(outcome, wait_seconds=reading.wait_seconds)
    if outcome == "foreign_code" and was_typed:
        slip = _("番号に打ち間違いがないかご確認ください。正しければ、お使いになれないコードです。")
        return Refusal(outcome, why.title, slip)
    return why


def refusal(outcome: str, *, wait_seconds: int = 0, is_card: bool = False) -> Refusal:
    """The words for an outcome of ``payments.codes.read_code`` or of the ledger.

    Args:
        outcome: any but a success.
        wait_seconds: of ``too_many``, until the terminal may read again.
        is_card: a card was read, no resident's code.
    """
    if outcome == "too_many":
        return Refusal(
            outcome, _("この端末での読み取りを一時停止しています。"), _wait(wait_seconds)
        )
    if outcome == "frozen" and is_card:
        return stopped_card()
    title, advice = _words().get(outcome, _words()["cancelled"])
    return Refusal(outcome, title, advice)


def stopped_card() -> Refusal:
    """A card that was stopped, or reissued or moved into a wallet since it was read."""
    return Refusal(
        "frozen",
        _("このカードは利用できません。"),
        _(
            "停止されたか、残高がウォレットや新しいカードに移されています。ほかの方法でお支払いいただき、"
            "事務局へのお問い合わせをご案内ください。"
        ),
    )


def over(state: State) -> Refusal:
    """Why an intent can no longer be paid: its ``Standing.state``, or ``open`` of one that has
    become too old. ``taken`` is what a till asks phones for, not what it reads."""
    match state:
        case "paid":
            title = _("この決済の前に、別の金額で決済が完了しています。")
            advice = _("続けてお会計をするときは、はじめからお手続きください。")
        case "cancelled":
            title = _("お支払いは完了していません。残高は減っていません。")
            advice = _("お会計をするときは、もう一度コードを読み取ってください。")
        case "open" | "taken":
            title = _("時間がたったため、この決済はできなくなりました。")
            advice = _("お支払いは完了していません。もう一度コードを読み取ってください。")
        case never:
            assert_never(never)
    return Refusal(state, title, advice)


def over_limit(issuer: Issuer, amount: int) -> Refusal:
    """``amount`` yen are over a limit of the issuer's; the figure is the limit's, for what a
    resident has spent today is not the shop's to know."""
    limits = ledger.issuer_rules(ledger_connection(), issuer.pk).limits
    most, title = limits.per_day, _("お客様の1日のお支払いの上限(%(most)s円)を超えています。")
    if limits.per_payment is not None and amount > limits.per_payment:
        most, title = limits.per_payment, _("1回のお支払いの上限(%(most)s円)を超えています。")
    if most is None:
        return refusal("try_again")  # a limit that was lifted meanwhile
    advice = _("金額を減らして残りを現金などでいただくか、ほかの方法でお支払いいただいてください。")
    return Refusal("over_limit", title % {"most": grouped(most)}, advice)


def _wait(seconds: int) -> str:
    return _(
        "違う番号が続いたためです。約%(minutes)d分後にもう一度お試しください。お急ぎのときは、店舗QRコードでお支払いいただけます。"
    ) % {"minutes": about_minutes(seconds)}


def _words() -> dict[str, tuple[str, str]]:
    anew = (_("お支払いは完了していません。"), _("もう一度はじめからお手続きください。"))
    return {
        "unknown_code": (
            _("番号が違います。"),
            _("お客様のコードをもう一度読み取るか、番号をご確認ください。"),
        ),
        "foreign_code": (
            _("ほかのアプリのコードです。"),
            _("お客様の画面で、この地域の電子マネーのコードを表示していただいてください。"),
        ),
        "mistyped_code": (
            _("打ち間違いのようです。"),
            _("番号をもう一度確認して、入力し直してください。"),
        ),
        "charge_code": (
            _("これはチャージ用のコードです。"),
            _("お支払いには使えません。お客様ご自身の画面でチャージしていただいてください。"),
        ),
        "card_replaced": (
            _("このカードの残高は、新しいカードやウォレットに移されています。"),
            _("新しいカードか、お客様の画面のコードをお出しいただいてください。"),
        ),
        "code_expired": (
            _("コードの期限が切れています。"),
            _("お客様に新しいコードを表示していただいてください。"),
        ),
        "code_used": (
            _("このコードは使用済みです。"),
            # It may have been spent in this very sale, by a page that was closed before its end.
            _(
                "お客様の画面と「本日の決済」を確認し、まだお支払いがないときだけ、新しいコードを表示していただいてください。"
            ),
        ),
        "asked_too_often": (
            _("このコードでは、これ以上お調べできません。"),
            _("お客様に新しいコードを表示していただいてください。"),
        ),
        "short_too_often": (
            _("残高の不足が続いたため、このコードではしばらくお支払いいただけません。"),
            _(
                "お客様に新しいコードを表示していただくか、店舗QRコードでお支払いいただいてください。"
            ),
        ),
        "frozen": (
            _("このお客様のウォレットは利用が停止されています。"),
            _("ほかの方法でお支払いいただき、事務局へのお問い合わせをご案内ください。"),
        ),
        "not_accepted": (
            _("このお店では、お客様の電子マネーを使えません。"),
            _("ほかの方法でお支払いいただいてください。"),
        ),
        "over_limit": (
            _("お支払いの上限額を超えています。"),
            _("金額を減らすか、ほかの方法でお支払いいただいてください。"),
        ),
        "insufficient": (
            _("残高が不足しています。"),
            _("金額を減らして残りを現金などでいただくか、ほかの方法でお支払いいただいてください。"),
        ),
        "expired": (
            _("お客様の電子マネーは有効期限が切れています。"),
            _("ほかの方法でお支払いいただいてください。"),
        ),
        "try_again": (
            _("お支払いは完了していません。"),
            _("少し待ってから、もう一度読み取ってください。"),
        ),
        "cancelled": anew,
        "key_conflict": anew,
        "unknown": anew,
        "duplicate_reference": anew,
    }
