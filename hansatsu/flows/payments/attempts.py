"""What has become of a try to pay, and bringing it to its end when nobody heard the answer."""

from dataclasses import dataclass
from typing import Literal, assert_never

from hansatsu.database.connections import ledger_connection
from hansatsu.ledger import api as ledger

State = Literal["open", "paid", "cancelled", "taken"]


@dataclass(frozen=True, slots=True)
class Standing:
    """What has become of an intent: ``open`` while nothing has happened under its key.

    ``number`` is the 決済ID of a payment that was made. ``as_intended`` is False when the key
    was used up by another payment (somebody went back and changed the amount, say). ``taken``:
    somebody else has paid what a till asked for.
    """

    state: State
    number: str = ""
    as_intended: bool = True


@dataclass(frozen=True, slots=True)
class Attempt:
    """A try to pay ``amount`` yen at a shop, under the key of an actor. ``wallet`` None is
    whichever has paid."""

    issuer: int
    actor: str
    key: str
    shop: int
    amount: int
    wallet: int | None = None


def standing_of(attempt: Attempt) -> Standing:
    """What has become of the attempt so far; changes nothing."""
    found = ledger.find_request(ledger_connection(), attempt.actor, attempt.key)
    if found is None:
        return Standing("open")
    if found.state == "cancelled":
        return Standing("cancelled")
    return _paid(attempt, found.wallet_id, found.seq)


def settle_attempt(attempt: Attempt) -> Standing:
    """Bring the attempt to its end: paid if it was, otherwise cancelled for good.

    A first try that arrives after this finds its key cancelled, so what people were told stays
    true.
    """
    outcome = ledger.cancel(ledger_connection(), attempt.actor, attempt.key)
    match outcome.outcome:
        case "done":
            return _paid(attempt, outcome.wallet_id, outcome.seq)
        case "cancelled" | "given_back":
            return Standing("cancelled")
        case never:
            assert_never(never)


def _paid(attempt: Attempt, wallet_id: int | None, seq: int | None) -> Standing:
    found = (
        None
        if wallet_id is None or seq is None
        else ledger.entry(ledger_connection(), attempt.issuer, wallet_id, seq)
    )
    if found is None or found.number is None:
        raise LookupError("a finished payment names its entry")
    as_intended = (found.shop_id, -found.amount) == (attempt.shop, attempt.amount)
    if attempt.wallet is not None and attempt.wallet != found.wallet_id:
        as_intended = False
    return Standing("paid", found.number, as_intended)
