"""Whose account a transfer goes to."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from hansatsu.flows.charging import bank_transfers, operator_queries
from hansatsu.flows.charging.models import Transfer
from hansatsu.parties.identity.masks import mask_name
from hansatsu.parties.issuers.deeds import Deed
from hansatsu.parties.seals.bank_accounts import BankAccount, type_words
from hansatsu.web.console.frame.access import Clerk, console_url, for_clerks
from hansatsu.web.console.frame.amount_words import yen_words
from hansatsu.web.console.frame.asking import Question, ReasonForm, ask, show


@require_http_methods(["GET", "HEAD", "POST"])
@for_clerks
def account(request: HttpRequest, clerk: Clerk, transfer_id: int) -> HttpResponse:
    """Show the whole account, to whom says why."""
    transfer = _found(clerk, transfer_id)
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        whole = bank_transfers.show_account(
            transfer, Deed(clerk.actor, form.cleaned_data["reason"])
        )
        return show(
            request,
            "transfer_account",
            title=_("振込先の口座"),
            facts=[*_facts(transfer), *_account(whole)],
            leave=_page_of(transfer),
        )
    question = Question(
        title=_("口座を表示する"),
        lead=_("口座番号と名義を表示します。表示したことは、操作の記録に残ります。"),
        form=form,
        submit=_("表示する"),
        back=_page_of(transfer),
        facts=[*_facts(transfer), (_("振込先"), bank_transfers.masked_account(transfer))],
    )
    return ask(request, question)


def _found(clerk: Clerk, transfer_id: int) -> Transfer:
    transfer = operator_queries.find_transfer(clerk.issuer, transfer_id)
    if transfer is None:
        raise Http404("not this issuer's")
    return transfer


def _page_of(transfer: Transfer) -> str:
    return console_url("charging_transfer_change", transfer.pk)


def _facts(transfer: Transfer) -> list[tuple[str, str]]:
    resident = transfer.resident
    return [
        (_("金額"), yen_words(transfer.yen)),
        (_("利用者"), mask_name(resident.family_name, resident.given_name)),
        (_("お申し込み番号"), transfer.task.order.number),
    ]


def _account(account: BankAccount) -> list[tuple[str, str]]:
    return [
        (_("金融機関番号"), account.bank),
        (_("支店番号"), account.branch),
        (_("口座の種類"), type_words(account.type)),
        (_("口座番号"), account.number),
        (_("口座名義"), account.holder),
    ]
