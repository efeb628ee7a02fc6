"""Paying at a till (CPM): the shop reads the resident's code, or a card, and asks for yen.

The key in an intent is made once, for one purchase. Reload, back, a second tab, a second scan
and a double tap carry the same key, so all of them together are one payment.
"""

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Literal

from hansatsu.database.connections import ledger_connection
from hansatsu.flows.payments.attempts import Attempt, Standing, settle_attempt, standing_of
from hansatsu.flows.payments.balance_probing import may_ask
from hansatsu.flows.payments.codes import Payer
from hansatsu.flows.payments.paid_before import Outcome, pay_unless_paid_before
from hansatsu.flows.payments.poster_intents import new_key, own_key
from hansatsu.flows.payments.shortages import TELLS_OF_VALUE, Asked, note_shortage, wait_for
from hansatsu.ledger import api as ledger
from hansatsu.parties.seals.tokens import SealedToken
from hansatsu.parties.shops.models import Terminal

__all__ = [
    "TILL_TOKENS",
    "Standing",
    "TillIntent",
    "check_at_till",
    "make_till_intent",
    "new_key",
    "own_key",
    "pay_at_till",
    "settle_at_till",
    "standing_at_till",
    "value_here",
]

OPERATION = "pay_at_till"

StoppedAsking = Literal["asked_too_often", "short_too_often"]
"""Why a code is asked nothing more: it was asked, or was short of value, too often."""

LIFETIME: Final = timedelta(minutes=15)
"""How long an unpaid intent is good for; then it must be started anew."""


@dataclass(frozen=True, slots=True)
class TillIntent:
    """One payment before it is made: at which terminal, by whom, from which wallet, with which
    code, how many yen, under which idempotency key. ``hint`` is the payer's, for the cashier."""

    terminal: int
    staff: int
    wallet: int
    device: int | None
    step: int | None
    amount: int
    key: str
    hint: str


TILL_TOKENS: Final = SealedToken(TillIntent, "hansatsu.payments.till", LIFETIME)
"""Intents as texts that fit in an address."""


def make_till_intent(
    terminal: Terminal, staff_id: int, payer: Payer, amount: int, key: str
) -> TillIntent:
    """What ``payer`` is about to pay at ``terminal``, in yen; ``key`` is of ``new_key``."""
    return TillIntent(
        terminal=terminal.pk,
        staff=staff_id,
        wallet=payer.wallet_id,
        device=payer.device,
        step=payer.step,
        amount=amount,
        key=key,
        hint=payer.hint,
    )


def check_at_till(
    terminal: Terminal, payer: Payer, amount: int
) -> ledger.PaymentResult | StoppedAsking | Literal[""]:
    """Why paying would be refused if it came now, as ``pay_at_till`` says it; empty when it would
    not. Changes nothing but what ``StoppedAsking`` counts: a resident's code answers a few times
    only, and the wallet is told to be short a few times only, otherwise a till could find out the
    balance."""
    is_card = payer.device is None
    if not is_card and wait_for(Asked(payer.wallet_id, payer.device, payer.step)):
        return "short_too_often"
    if not may_ask(payer):
        return "asked_too_often"
    rehearsal = make_till_intent(terminal, 0, payer, amount, new_key())
    outcome = ledger.rehearse(ledger_connection(), _payment(terminal, rehearsal))
    if outcome.paid:
        return ""
    return "short_too_often" if _note_shortage(terminal, rehearsal, outcome) else outcome.outcome


def value_here(terminal: Terminal, payer: Payer) -> int | None:
    """Yen of a card that the terminal's shop takes; None for a resident, whose balance is not
    the shop's to know."""
    if payer.kind != "card":
        return None
    plan = ledger.preview(
        ledger_connection(),
        issuer_id=terminal.issuer_id,
        wallet_id=payer.wallet_id,
        shop_id=terminal.shop_id,
        amount=0,
    )
    return plan.available


def pay_at_till(terminal: Terminal, intent: TillIntent, known: str = "") -> Outcome:
    """Pay, once for the intent's key. A refusal changes nothing, and leaves the code unspent; so
    does ``paid_before``: an equal payment shortly before, other than the ``known`` one, is shown to
    the cashier first.

    Raises:
        ValueError: when the intent is another terminal's.
    """
    outcome = pay_unless_paid_before(_payment(terminal, intent), known)
    _note_shortage(terminal, intent, outcome)
    return outcome


def standing_at_till(terminal: Terminal, intent: TillIntent) -> Standing:
    """What has become of the intent so far; changes nothing."""
    return standing_of(_attempt(terminal, intent))


def settle_at_till(terminal: Terminal, intent: TillIntent) -> Standing:
    """Bring the intent to its end: paid if it was, otherwise cancelled for good."""
    return settle_attempt(_attempt(terminal, intent))


def _payment(terminal: Terminal, intent: TillIntent) -> ledger.Payment:
    _guard(terminal, intent)
    # The code is no part of the content: a purchase that is scanned anew, since nobody heard the
    # first answer, is the same purchase.
    request = ledger.Request.of(
        terminal.actor, intent.key, OPERATION, intent.wallet, terminal.shop_id, intent.amount
    )
    return ledger.Payment(
        request=request,
        issuer_id=terminal.issuer_id,
        shop_id=terminal.shop_id,
        wallet_id=intent.wallet,
        amount=intent.amount,
        device=intent.device,
        step=intent.step,
        reference=json.dumps({"staff": intent.staff}),
    )


def _note_shortage(terminal: Terminal, intent: TillIntent, outcome: Outcome) -> bool:
    """Count a resident's shortage: True when there were too many to tell of it. What a card
    holds is shown to who has it in hand."""
    if intent.device is None or outcome.outcome not in TELLS_OF_VALUE:
        return False
    asked = Asked(intent.wallet, intent.device, intent.step)
    return note_shortage(terminal.issuer_id, asked) > 0


def _attempt(terminal: Terminal, intent: TillIntent) -> Attempt:
    _guard(terminal, intent)
    return Attempt(
        issuer=terminal.issuer_id,
        actor=terminal.actor,
        key=intent.key,
        shop=terminal.shop_id,
        amount=intent.amount,
        wallet=intent.wallet,
    )


def _guard(terminal: Terminal, intent: TillIntent) -> None:
    if intent.terminal != terminal.pk:
        raise ValueError("the intent is another terminal's")
