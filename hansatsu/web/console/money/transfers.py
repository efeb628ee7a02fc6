"""振込: bank transfers that residents are owed."""

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hansatsu.flows.charging.bank_transfers import masked_account
from hansatsu.flows.charging.models import TaskState, Transfer, TransferState
from hansatsu.flows.settlement.models import PayoutRow
from hansatsu.parties.identity.masks import mask_name
from hansatsu.web.console.frame.access import Clerk, console_url
from hansatsu.web.console.frame.amount_words import yen_words
from hansatsu.web.console.frame.cells import badge, moment, order_link
from hansatsu.web.console.frame.columns import column
from hansatsu.web.console.frame.filters import choice_filter, known
from hansatsu.web.console.frame.lists import IssuerAdmin, Link


def state_words(state: str) -> str:
    """The state of a transfer: made, on its way with a run, or waiting for one."""
    return {
        TransferState.WAITING: _("振込待ち"),
        TransferState.IN_RUN: _("振込手続き中"),
        TransferState.PAID: _("振込済み"),
    }[TransferState(state)]


class TransferAdmin(IssuerAdmin):
    """Accounts are masked; to see one asks for a reason. They are paid by a payout run, by two
    people."""

    list_display = ("id_", "state_", "yen_", "who", "account_", "order_", "since", "paid")
    list_filter = (
        choice_filter("state", gettext_lazy("状態"), known(TransferState.values, state_words)),
    )
    list_select_related = ("task__order__resident", "resident")
    ordering = ("-state", "id")
    search_fields = ("task__order__number",)
    search_help_text = gettext_lazy("お申し込み番号で探せます。")
    personal_search_fields = (
        "resident__login_id__iexact",
        "resident__family_name__iexact",
        "resident__given_name__iexact",
    )
    personal_search_help_text = gettext_lazy(
        "お申し込み番号か、姓、名、ログインIDの全部で探せます。"
    )
    fields = ("id_", "state_", "yen_", "who", "account_", "order_", "since", "paid")
    readonly_fields = fields

    def list_links(self, clerk: Clerk) -> list[Link]:
        """To the run that pays what waits."""
        pay = Link(_("返金を振り込む"), f"{console_url('run_new')}?refunds=on", "add")
        return clerk.only_open(("run_new", pay))

    def links(self, clerk: Clerk, thing: Transfer) -> list[Link]:
        """To see the account, and to the run that pays it."""
        show = Link(_("口座を表示する"), console_url("transfer_account", thing.pk))
        ways = [("transfer_account", show)]
        if thing.state == TransferState.WAITING and thing.task.state == TaskState.READY:
            pay = Link(_("返金を振り込む"), f"{console_url('run_new')}?refunds=on")
            ways.append(("run_new", pay))
        row = PayoutRow.objects.of(thing.issuer).filter(transfer=thing).order_by("-pk").first()
        if row is not None:
            href = console_url("settlement_payoutrun_change", row.run_id)
            ways.append(("settlement_payoutrun_change", Link(_("振込の回を見る"), href)))
        return clerk.only_open(*ways)

    def name_of(self, thing: Transfer) -> str:
        """Its number, as on the paper at the bank."""
        return self.id_(thing)

    @column(gettext_lazy("振込番号"), ordering="id")
    def id_(self, transfer: Transfer) -> str:
        """For the paper at the bank."""
        return f"{transfer.pk:06d}"

    @column(gettext_lazy("状態"), ordering="state")
    def state_(self, transfer: Transfer) -> SafeString:
        """As a badge; one whose money went another way is not to be paid."""
        if transfer.state == TransferState.WAITING and transfer.task.state != TaskState.READY:
            is_asked = transfer.task.state == TaskState.ASKED
            return badge(_("口座の登録待ち") if is_asked else _("振込不要"), "")
        tone = "success" if transfer.state == TransferState.PAID else "warning"
        return badge(state_words(transfer.state), tone)

    @column(gettext_lazy("金額"), ordering="yen")
    def yen_(self, transfer: Transfer) -> str:
        """How much."""
        return yen_words(transfer.yen)

    @column(gettext_lazy("利用者"))
    def who(self, transfer: Transfer) -> str:
        """Who is paid, masked."""
        return mask_name(transfer.resident.family_name, transfer.resident.given_name)

    @column(gettext_lazy("振込先"))
    def account_(self, transfer: Transfer) -> str:
        """The account, masked."""
        return masked_account(transfer)

    @column(gettext_lazy("お申し込み番号"))
    def order_(self, transfer: Transfer) -> SafeString:
        """To the order."""
        return order_link(transfer.task.order)

    @column(gettext_lazy("登録日時"), ordering="made_at")
    def since(self, transfer: Transfer) -> str:
        """When its payee named the account."""
        return moment(transfer.made_at)

    @column(gettext_lazy("振込日時"), ordering="paid_at")
    def paid(self, transfer: Transfer) -> str:
        """When it was marked as paid."""
        return moment(transfer.paid_at)
