"""Paying at a shop's poster (MPM)."""

from hansatsu.database.connections import ledger_connection
from hansatsu.identity.models import Resident
from hansatsu.ledger import api as ledger
from hansatsu.payments.intents import Intent
from hansatsu.payments.standing import Attempt, Standing, settle_attempt, standing_of

__all__ = ["Standing", "pay_at_poster", "settle", "standing"]

OPERATION = "pay_at_poster"


def pay_at_poster(resident: Resident, intent: Intent) -> ledger.PaymentOutcome:
    """Pay, once for the intent's key, from the resident's wallet. A refusal changes nothing."""
    request = ledger.Request.of(
        _actor(intent), intent.key, OPERATION, resident.wallet_id, intent.shop, intent.amount
    )
    payment = ledger.Payment(
        request=request,
        issuer_id=resident.issuer_id,
        shop_id=intent.shop,
        wallet_id=resident.wallet_id,
        amount=intent.amount,
    )
    return ledger.pay(ledger_connection(), payment)


def standing(resident: Resident, intent: Intent) -> Standing:
    """What has become of the intent so far; changes nothing."""
    return standing_of(_attempt(resident, intent))


def settle(resident: Resident, intent: Intent) -> Standing:
    """Bring the intent to its end: paid if it was, else cancelled for good."""
    return settle_attempt(_attempt(resident, intent))


def _attempt(resident: Resident, intent: Intent) -> Attempt:
    # No wallet: the one that paid may not be the resident's any more.
    return Attempt(resident.issuer_id, _actor(intent), intent.key, intent.shop, intent.amount)


def _actor(intent: Intent) -> str:
    return f"resident:{intent.resident}"
