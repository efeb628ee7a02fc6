"""What a resident's phone asks each second while it shows a pay code."""

from dataclasses import dataclass
from datetime import datetime

from hansatsu.database.connections import ledger_connection
from hansatsu.flows.payments.codes import ShownCode, code_to_show, stays_shown
from hansatsu.ledger import api as ledger
from hansatsu.parties.identity.models import Device


@dataclass(frozen=True, slots=True)
class Look:
    """What has become of the code that a phone shows.

    Attributes:
        now: the ledger's time, by which the phone corrects its own.
        may_pay: True when the wallet is neither stopped nor closed.
        spent: the last step that was spent; -1 when none ever was.
        paid: the 決済ID of the payment that spent it, when that is news to the phone; otherwise
            empty.
        code: what to show instead, or for how long to wait; None while the shown code serves.
    """

    now: datetime
    may_pay: bool
    spent: int
    paid: str
    code: ShownCode | None


def look(device: Device, *, shown: int | None, after_step: int | None, spent: int | None) -> Look:
    """What a phone needs to be told. Changes nothing.

    Args:
        device: the browser.
        shown: the step of the code it shows; None when it shows none.
        after_step: the step of a code that is to be replaced (新しいコード); None for any.
        spent: the last spent step it has heard of; None when it asks for the first time, and
            nothing is news.
    """
    standing = ledger.standing_of(
        ledger_connection(), device.issuer_id, device.resident.wallet_id, device.ledger_id
    )
    now, found = standing.at, standing.last_step
    last = -1 if found is None else found
    serves = after_step is None and shown is not None and stays_shown(shown, now, found)
    return Look(
        now=now,
        may_pay=standing.state == "open",
        spent=last,
        paid=_payment_of(device, last) if spent is not None and last > spent else "",
        code=None if serves else code_to_show(device, now, found, after_step),
    )


def _payment_of(device: Device, step: int) -> str:
    number = ledger.number_by_code(
        ledger_connection(),
        issuer_id=device.issuer_id,
        wallet_id=device.resident.wallet_id,
        device_id=device.ledger_id,
        step=step,
    )
    return number or ""
