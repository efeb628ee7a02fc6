"""Paying at a shop's poster (MPM)."""

from hansatsu.flows.payments.attempts import Attempt, Standing, settle_attempt, standing_of
from hansatsu.flows.payments.paid_before import Outcome, pay_unless_paid_before
from hansatsu.flows.payments.poster_intents import Intent
from hansatsu.ledger import api as ledger
from hansatsu.parties.identity.models import Resident
from hansatsu.parties.issuers.names import resident_name, terminal_name

__all__ = ["Standing", "pay_at_poster", "settle", "standing"]

OPERATION = "pay_at_poster"


def pay_at_poster(resident: Resident, intent: Intent, known: str = "") -> Outcome:
    """Pay, once for the intent's key, from the resident's wallet. A refusal changes nothing, nor
    does ``paid_before``: an equal payment shortly before, other than the ``known`` one, is shown to
    the resident first."""
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
    return pay_unless_paid_before(payment, known)


def standing(resident: Resident, intent: Intent) -> Standing:
    """What has become of the intent so far; changes nothing."""
    return _to_resident(intent, standing_of(_attempt(resident, intent)))


def settle(resident: Resident, intent: Intent) -> Standing:
    """Bring the intent to its end: paid if it was, otherwise cancelled for good."""
    return _to_resident(intent, settle_attempt(_attempt(resident, intent)))


def _attempt(resident: Resident, intent: Intent) -> Attempt:
    # Under a resident's own key no wallet: the one that paid may not be the resident's any more.
    wallet = None if intent.terminal is None else resident.wallet_id
    actor, key = _actor(intent), intent.key
    return Attempt(resident.issuer_id, actor, key, intent.shop, intent.amount, wallet)


def _to_resident(intent: Intent, found: Standing) -> Standing:
    """What is told to the resident: a till's request may have been paid by somebody else, whose
    payment is nobody's business."""
    is_elses = intent.terminal is not None and found.state == "paid" and not found.as_intended
    return Standing("taken") if is_elses else found


def _actor(intent: Intent) -> str:
    """In whose name the key is."""
    if intent.terminal is not None:
        return terminal_name(intent.terminal)
    return resident_name(intent.resident)
