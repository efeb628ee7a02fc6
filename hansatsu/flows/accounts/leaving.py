"""退会: leaving the scheme."""

from typing import Literal

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from hansatsu.database.connections import ledger_connection
from hansatsu.flows.accounts.revoking import OF_THE_ACCOUNT, end_links, end_log_ins, lock_resident
from hansatsu.ledger import api as ledger
from hansatsu.messages.mail.change_notices import tell
from hansatsu.parties import clock
from hansatsu.parties.identity.devices import revoke_devices
from hansatsu.parties.identity.events import record
from hansatsu.parties.identity.models import Passkey, Resident
from hansatsu.parties.wallets.selectors import total_balance

REASON = "退会"


class _BalanceChangedError(Exception):
    """The wallet holds another amount than its owner was shown."""


def leave(
    resident: Resident, *, shown_balance: int, address: str
) -> Literal["left", "balance_changed"]:
    """Close the account and its wallet, for ever.

    An empty wallet is closed. One with a balance, which may not be paid back (資金決済法 第20条),
    is frozen; its value expires on its days, as the books have it.

    Args:
        resident: who leaves, and gave the password.
        shown_balance: the yen that they agreed to give up. When the wallet holds another amount
            by now, nothing is done.
        address: the network address this came from.
    """
    try:
        with transaction.atomic():
            _leave(resident, shown_balance, address)
    except _BalanceChangedError:
        return "balance_changed"
    return "left"


def _leave(resident: Resident, shown_balance: int, address: str) -> None:
    row = lock_resident(resident)
    if row.closed_at is not None:
        return
    _end_wallet(row)  # from here on the ledger holds the wallet's lock
    balance = total_balance(row.issuer, row.wallet_id)
    if balance != shown_balance:
        raise _BalanceChangedError
    revoke_devices(row)
    end_links(row, OF_THE_ACCOUNT)
    end_log_ins(row)
    Passkey.objects.filter(resident=row).delete()
    row.closed_at = clock.now()
    row.news_mail = False
    row.save(update_fields=["closed_at", "news_mail"])
    record(row.issuer, "left", resident=row, request_address=address, balance=balance)
    _tell(row, balance)


def _end_wallet(resident: Resident) -> None:
    outcome = _change_state(resident, "close")
    if outcome == "not_empty":
        outcome = _change_state(resident, "freeze")
    if outcome not in ("done", "unchanged"):  # unchanged: the office froze it before
        raise RuntimeError(f"the wallet of resident {resident.pk} could not be ended: {outcome}")


def _change_state(resident: Resident, change: Literal["close", "freeze"]) -> ledger.StateResult:
    request = ledger.Request.of(resident.actor, f"leave:{change}", change, resident.wallet_id)
    return ledger.change_state(
        ledger_connection(),
        change,
        request=request,
        issuer_id=resident.issuer_id,
        wallet_id=resident.wallet_id,
        reason=REASON,
    ).outcome


def _tell(resident: Resident, balance: int) -> None:
    with translation.override(resident.language):
        tell(
            resident,
            "left",
            subject=_("退会手続き完了のお知らせ"),
            opening=_("退会のお手続きが完了しました。これまでのご利用、ありがとうございました。"),
            facts=((_("退会時の残高"), _("%(yen)s円") % {"yen": f"{balance:,}"}),),
            closing=(_("残高は利用できなくなりました。払い戻しはできません。"),) if balance else (),
        )
