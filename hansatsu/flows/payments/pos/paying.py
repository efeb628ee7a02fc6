"""Paying at a till over the API: the quick way, shared by all who call one process.

A code is looked up with its neighbours' codes, the payment goes into a set with its neighbours'
payments. The ledger decides everything by the rules of ``pay_set``; a code that is dead or
nobody's still gets the stored answer of a payment that was made with it under the same key.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal, LiteralString

from msgspec import Struct

from hansatsu.database.coalescing import Gathering, Link
from hansatsu.flows.payments.pos.api_clients import Caller, Callers
from hansatsu.flows.payments.pos.code_lookup import NOBODY, Found, Payers
from hansatsu.flows.payments.pos.practice_outcomes import Played, Plays
from hansatsu.ledger import api as ledger
from hansatsu.messages.till_note import write_reference

OPERATION = "pos payment"

OrderRefusal = Literal[
    "key_conflict",
    "cancelled",
    "unknown_code",
    "card_replaced",
    "foreign_code",
    "mistyped_code",
    "charge_code",
    "duplicate_reference",
    "code_expired",
    "code_used",
    "frozen",
    "not_accepted",
    "over_limit",
    "expired",
    "insufficient",
    "try_again",
]
"""Why nothing was paid: the ledger's outcomes of a payment, with the verdicts on a code in place of
its ``unknown``."""

OrderResult = Literal["paid", "replayed", OrderRefusal, "asked_too_often", "too_many"]
"""How an order ends. ``asked_too_often``: the code was short of value too often
(``payments.shortages``). ``too_many``: played, for a terminal that was stopped."""

NAMES: LiteralString = "select id, name from programs_emoney where id = any (%s)"


class Order(Struct, frozen=True):
    """What a till asks for: yen from the holder of the code, under an idempotency key. The same
    code, amount and reference under the same key are the same payment."""

    key: str
    code: str
    amount: int
    reference: str | None


class Used(Struct, frozen=True):
    """Yen from one lot, as a till may see it: the lot masked, the emoney by name."""

    lot: str
    emoney: str
    amount: int


class Answer(Struct, frozen=True):
    """How an order ended. ``number`` is the payment's 決済ID, with ``duplicate_reference`` that of
    the payment that was first. ``waits`` says how many seconds, where there is something to wait
    for. ``available`` is told of cards only: a till must not probe what a resident has. ``payer``
    is whose code it was."""

    outcome: OrderResult
    number: str = ""
    paid_at: datetime | None = None
    uses: tuple[Used, ...] = ()
    available: int | None = None
    waits: int = 0
    payer: Found = NOBODY


class Desk:
    """What an API process holds open to the database. Made on the event loop that uses it.

    Args:
        url: of the database, as the application.
    """

    def __init__(self, url: str) -> None:
        self.callers = Callers(url)
        self._payers = Payers(url)
        self._plays = Plays(url)
        self._batcher = ledger.Batcher(url, lanes=1)
        self._retries = Gathering(self._pay_set)
        self._retry_link = Link(url)
        self._names_link = Link(url)

    async def pay(self, caller: Caller, order: Order) -> Answer:
        """Pay, once for the order's key. A refusal changes nothing.

        Raises:
            psycopg.Error: when the outcome is not known; the same order is safe to send again.
        """
        found = await self._payers.find(caller.issuer_id, caller.pay_numbers, order.code)
        payment = _payment(caller, order, found)
        if found.verdict != "ok":
            # Of a code that was somebody's the ledger says whether it has paid this very sale. Else
            # only the key matters, and no wallet is asked that another payment may hold.
            if found.wallet_id and payment.reference_once:
                return await self._answer(found, await self._batcher.pay(payment))
            return await self._known_or(Answer(found.verdict), caller, order, found)
        if found.waits:
            refused = Answer("asked_too_often", waits=found.waits)
            return await self._known_or(refused, caller, order, found)
        play = Played()
        if caller.practises:
            play = await self._plays.of(caller.issuer_id, found.wallet_id)
        if play.name and play.name != "lost_answer":
            played = Answer(play.name, waits=play.waits)
            return await self._known_or(played, caller, order, found)
        outcome = await self._batcher.pay(payment)
        return Answer("try_again") if play.name else await self._answer(found, outcome)

    async def _known_or(
        self, refused: Answer, caller: Caller, order: Order, found: Found
    ) -> Answer:
        """The answer that stands under the order's key; ``refused`` when the key is new."""
        known = await self._retries.ask(_payment(caller, order, NOBODY))
        return refused if known.outcome == "unknown" else await self._answer(found, known)

    async def _answer(self, found: Found, outcome: ledger.PaymentOutcome) -> Answer:
        if outcome.outcome == "unknown":
            # The key is new, so the code decides; one that was good has been revoked meanwhile.
            return Answer("unknown_code" if found.verdict == "ok" else found.verdict)
        if outcome.paid:
            uses = _uses(outcome, await self._names_of(outcome, found))
            return Answer(outcome.outcome, outcome.number or "", outcome.at, uses)
        if outcome.outcome == "duplicate_reference":
            return Answer(outcome.outcome, outcome.number or "")
        is_card = found.verdict == "ok" and found.device is None
        return Answer(
            outcome.outcome, available=outcome.available if is_card else None, payer=found
        )

    async def _pay_set(self, payments: list[ledger.Payment]) -> list[ledger.PaymentOutcome]:
        """One by one: they may share a key, and all share the wallet that nobody has. A key that
        another transaction holds is not waited for."""
        return [await ledger.pay_over(self._retry_link, each, free=True) for each in payments]

    async def _names_of(self, outcome: ledger.PaymentOutcome, found: Found) -> Mapping[int, str]:
        """What the emoneys that were used are called now. They came with the code; what is missing
        there (of a code that nobody has any more, or an emoney made a moment ago) is asked for."""
        used = {use.emoney_id for use in outcome.uses}
        if used <= found.names.keys():
            return found.names
        return dict(await self._names_link.rows(NAMES, [list(used)]))


def _uses(outcome: ledger.PaymentOutcome, names: Mapping[int, str]) -> tuple[Used, ...]:
    return tuple(
        [
            Used(ledger.mask_code(code), names[use.emoney_id], use.amount)
            for use, code in zip(outcome.uses, outcome.codes, strict=True)
        ]
    )


def _payment(caller: Caller, order: Order, found: Found) -> ledger.Payment:
    request = ledger.Request.of(
        caller.actor, order.key, OPERATION, order.code, order.amount, order.reference
    )
    return ledger.Payment(
        request=request,
        issuer_id=caller.issuer_id,
        shop_id=caller.shop_id,
        wallet_id=found.wallet_id,
        amount=order.amount,
        device=found.device,
        step=found.step,
        reference=write_reference(order.reference),
        reference_once=caller.reference_once and order.reference is not None,
    )
