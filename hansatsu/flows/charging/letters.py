"""The mails about an order, each in the caller's transaction and in the resident's language."""

from collections.abc import Sequence
from datetime import datetime

from django.utils import translation
from django.utils.translation import gettext as _

from hansatsu.database.connections import ledger_connection
from hansatsu.flows.charging.konbini import Steps, store_steps
from hansatsu.flows.charging.models import Checkout, Method, Order, ProviderPayment
from hansatsu.ledger import api as ledger
from hansatsu.messages.mail.account_letters import moment_words, post
from hansatsu.messages.mail.letters import Fact, Heading, write_mail
from hansatsu.messages.mail.queue import queue_mails
from hansatsu.parties.issuers.site_pages import site_page
from hansatsu.parties.seals.bank_accounts import BankAccount


def code_accepted(order: Order) -> None:
    """The purchase code is good, and held for this order."""
    with translation.override(order.resident.language):
        _post(
            order,
            "order_code",
            subject=_("購入コード受付のお知らせ"),
            opening=_(
                "購入コードを受け付けました。次の期限までに、お支払いの手続きをお願いします。"
            ),
            facts=[(_("お手続きの期限"), _moment(order, order.pay_by))],
            closing=[
                _(
                    "期限を過ぎると、お申し込みは取り消されます。購入コードは、もう一度お使いになれます。"
                )
            ],
        )


def konbini_number(order: Order, checkout: Checkout) -> None:
    """The numbers to pay with at a convenience store, and until when."""
    with translation.override(order.resident.language):
        _post(
            order,
            "order_konbini",
            subject=_("コンビニでのお支払いのご案内"),
            opening=_("コンビニのお支払い番号をお知らせします。期限までにお支払いください。"),
            facts=[*_deadline(order), *_numbers(checkout)],
            closing=[_("お支払いが確認できると、チャージ完了のメールをお送りします。")],
        )


def reminder(order: Order, checkout: Checkout) -> None:
    """A day before the deadline."""
    with translation.override(order.resident.language):
        _post(
            order,
            "order_reminder",
            subject=_("お支払い期限のお知らせ"),
            opening=_("お支払いの期限が近づいています。お済みの場合は、行き違いをお許しください。"),
            facts=[*_deadline(order), *_numbers(checkout)],
            closing=[_("期限を過ぎると、お支払い番号は使えなくなります。")],
        )


def charged(order: Order) -> None:
    """Paid and charged: the mail of the entry, which knows the lots, with the purchase before
    it."""
    if order.wallet_id is None or order.seq is None:
        raise ValueError("a charged order names its entry")
    with translation.override(order.resident.language):
        about = [Fact(*fact) for fact in _purchase(order)]
        if order.paid_at is not None:
            about.append(Fact(_("お支払い日時"), _moment(order, order.paid_at)))
    _post_entry(order, order.wallet_id, order.seq, about)


def not_charged(order: Order) -> None:
    """Paid, but the wallet could not take the value."""
    with translation.override(order.resident.language):
        _post(
            order,
            "order_not_charged",
            subject=_("お支払いの確認と、チャージについて"),
            opening=_(
                "お支払いを確認しましたが、ウォレットに追加できませんでした。"
                "お支払いいただいた金額は、事務局が必ずお手続きします。"
            ),
            closing=[_("事務局からご連絡します。お急ぎの場合は、下記へお電話ください。")],
        )


def lapsed(order: Order) -> None:
    """The deadline is over."""
    with translation.override(order.resident.language):
        closing = [_("購入コードは、販売期間のうちなら、もう一度お使いになれます。")]
        if order.method == Method.KONBINI:
            closing.append(
                _("お手元のお支払い番号は、もうお使いになれません。お支払いにならないでください。")
            )
        _post(
            order,
            "order_lapsed",
            subject=_("お支払い期限切れのお知らせ"),
            opening=_("期限までにお支払いが確認できなかったため、お申し込みを取り消しました。"),
            closing=closing,
        )


def failed(order: Order) -> None:
    """The provider says that it will not be paid."""
    with translation.override(order.resident.language):
        _post(
            order,
            "order_failed",
            subject=_("お支払いが完了しませんでした"),
            opening=_("お支払いが完了しなかったため、お申し込みを取り消しました。"),
            closing=[_("購入コードは、販売期間のうちなら、もう一度お使いになれます。")],
        )


def money_back(order: Order, payment: ProviderPayment) -> None:
    """Money came too late, twice, or not the price: it goes back."""
    with translation.override(order.resident.language):
        reasons = {
            "late": _("お申し込みが終わった後に、お支払いがありました。"),
            "double": _("同じお申し込みに、2回目のお支払いがありました。"),
            "wrong_amount": _("お支払いの金額が、ご購入の金額と異なっていました。"),
        }
        _post(
            order,
            "order_money_back",
            subject=_("ご返金のお知らせ"),
            opening=reasons[payment.role]
            + _("この金額はチャージせず、お返しします。残高は変わりません。"),
            facts=[
                (_("返金する金額"), _yen(payment.amount)),
                (_("お支払い日時"), _moment(order, payment.paid_at)),
            ],
            closing=[_how_back(payment.method)],
        )


def charged_back(order: Order) -> None:
    """The payer's bank took the money back, and so the value is gone."""
    with translation.override(order.resident.language):
        _post(
            order,
            "order_charged_back",
            subject=_("チャージ取消のお知らせ"),
            opening=_(
                "カード会社から、このお支払いを取り消すという連絡がありました(チャージバック)。"
                "お支払いが取り消されたため、チャージした残高のうち、残っている分を取り消しました。"
            ),
            closing=[
                _(
                    "お心当たりのない場合や、カード会社へのお申し出が間違いだった場合は、"
                    "下記の事務局へお電話ください。"
                ),
                _("カード会社がお支払いを認めたときは、取り消した残高は元に戻ります。"),
            ],
        )


def charged_again(order: Order, wallet_id: int, seq: int, *, won: bool) -> None:
    """The value is back, for the dispute was ``won``, or a refund came back: the mail of its entry,
    which knows the lots, in other words than a first charge's."""
    with translation.override(order.resident.language):
        why = _("カード会社がお支払いを認めたため、取り消していた残高を元に戻しました。")
        if not won:
            why = _("返金が成立しなかったため、取り消していた残高を元に戻しました。")
        heading = Heading(
            subject=_("チャージが元に戻りました"),
            opening=why,
            closing=_("有効期限は変わりません。期限を過ぎた分は、お使いになれません。"),
        )
        about = [Fact(*fact) for fact in _purchase(order)]
    _post_entry(order, wallet_id, seq, about, heading)


def taken_back(order: Order, yen: int) -> None:
    """A charged order was taken back: the value is gone, and ``yen`` of the price come, which is
    what no earlier refund or chargeback took."""
    with translation.override(order.resident.language):
        _post(
            order,
            "order_taken_back",
            subject=_("ご購入の取消とご返金のお知らせ"),
            opening=_(
                "ご購入を取り消しました。チャージした残高は取り消され、次の金額をお返しします。"
            ),
            facts=[(_("返金する金額"), _yen(yen))],
            closing=[_how_back(order.method)],
        )


def account_wanted(order: Order, yen: int, link: str, until: datetime) -> None:
    """A link to the page that asks for the bank account to send money back to."""
    resident = order.resident
    with translation.override(resident.language):
        post(
            resident,
            order.issuer,
            "order_account",
            to=resident.email,
            language=resident.language,
            subject=_("返金先の口座のご登録のお願い"),
            opening=_("お返しする金額があります。次のページで、返金先の銀行口座をご登録ください。"),
            facts=[
                (_("返金する金額"), _yen(yen)),
                (_("お申し込み番号"), order.number),
                (_("このページの有効期限"), _moment(order, until)),
            ],
            link=link,
            link_label=_("返金先の口座を登録する"),
            closing=[_("事務局が、メールや電話で暗証番号をおたずねすることはありません。")],
            about=_about(order),
        )


def account_taken(order: Order, yen: int, account: BankAccount) -> None:
    """Where the money will go."""
    with translation.override(order.resident.language):
        _post(
            order,
            "order_account_taken",
            subject=_("返金先の口座を受け付けました"),
            opening=_("返金先の口座を受け付けました。次の振込日に、お振り込みします。"),
            facts=[(_("返金する金額"), _yen(yen)), (_("返金先"), account.masked)],
        )


def transferred(order: Order, yen: int, account: BankAccount) -> None:
    """The office has made the transfer."""
    with translation.override(order.resident.language):
        _post(
            order,
            "order_transferred",
            subject=_("お振り込みのお知らせ"),
            opening=_("ご返金のお振り込みの手続きをしました。"),
            facts=[(_("返金する金額"), _yen(yen)), (_("返金先"), account.masked)],
            closing=[_("金融機関により、入金まで数日かかることがあります。")],
        )


def _post_entry(
    order: Order, wallet_id: int, seq: int, about: Sequence[Fact], heading: Heading | None = None
) -> None:
    entry = ledger.entry(ledger_connection(), order.issuer_id, wallet_id, seq)
    if entry is None:
        raise LookupError(f"order {order.number} names an entry that is not there")
    mail = write_mail(order.resident, entry, about, heading)
    mail.about = _about(order)
    mail.save()
    queue_mails([mail.pk])


def _how_back(method: str) -> str:
    return {
        "card": _("お使いのクレジットカードへ返金します。カード会社により、数日かかります。"),
        "konbini": _("返金先の口座をうかがうメールを、別にお送りします。"),
    }[method]


def _post(
    order: Order,
    kind: str,
    *,
    subject: str,
    opening: str,
    facts: Sequence[tuple[str, str]] = (),
    closing: Sequence[str] = (),
) -> None:
    resident = order.resident
    post(
        resident,
        order.issuer,
        kind,
        to=resident.email,
        language=resident.language,
        subject=subject,
        opening=opening,
        facts=[*_purchase(order), *facts],
        link=site_page(order.issuer, f"orders/{order.number}/"),
        link_label=_("ご購入のページを開く"),
        closing=closing,
        has_secret=False,
        about=_about(order),
    )


def _about(order: Order) -> str:
    """How a mail says which order it is about."""
    return order.subject


def _purchase(order: Order) -> list[tuple[str, str]]:
    return [
        (_("ご購入商品"), order.product.local_name),
        (_("お支払い金額"), _yen(order.price)),
        (_("お申し込み番号"), order.number),
    ]


def _deadline(order: Order) -> list[tuple[str, str]]:
    return [(_("お支払い期限"), _moment(order, order.pay_by))]


def _numbers(checkout: Checkout) -> list[tuple[str, str]]:
    return [(steps.name, _in_words(steps)) for steps in store_steps(checkout.instructions)]


def _in_words(steps: Steps) -> str:
    return " / ".join(f"{label} {value}" for label, value in steps.numbers)


def _moment(order: Order, moment: datetime) -> str:
    return moment_words(moment, order.resident.language)


def _yen(amount: int) -> str:
    return _("%(amount)s円") % {"amount": f"{amount:,}"}
