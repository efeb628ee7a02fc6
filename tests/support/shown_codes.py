"""What a phone shows now, asked without its page."""

from hansatsu.database.connections import ledger_connection
from hansatsu.flows.payments import codes
from hansatsu.ledger import api as ledger
from hansatsu.parties.identity.models import Device


def code_to_show(device: Device, after_step: int | None = None) -> codes.ShownCode:
    """The code that the device shows next."""
    standing = _standing(device)
    return codes.code_to_show(device, standing.at, standing.last_step, after_step)


def stays_shown(device: Device, step: int) -> bool:
    """True when its page goes on showing the code of ``step``."""
    standing = _standing(device)
    return codes.stays_shown(step, standing.at, standing.last_step)


def _standing(device: Device) -> ledger.Standing:
    wallet_id = device.resident.wallet_id
    connection = ledger_connection()
    return ledger.standing_of(connection, device.issuer_id, wallet_id, device.ledger_id)
