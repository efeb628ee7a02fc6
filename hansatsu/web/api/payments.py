"""Paying, looking, and settling what a till does not know."""

import re
from typing import Any, assert_never

from hansatsu.flows.payments.pos.api_clients import Caller
from hansatsu.flows.payments.pos.cancellation import Cancellation, cancel_payment
from hansatsu.flows.payments.pos.listing import Kind, Page, Wanted, can_end_with, list_payments
from hansatsu.flows.payments.pos.paying import Answer, Order, OrderRefusal
from hansatsu.flows.payments.shortages import TELLS_OF_VALUE, note_shortage
from hansatsu.messages.payment_object import PaymentTold, moment_told, payment_told
from hansatsu.parties.shops.models import Scope, Shop, Terminal
from hansatsu.parties.shops.wrong_codes import refuse_wrong_code
from hansatsu.web.api import examples
from hansatsu.web.api.gateway import STOPPED
from hansatsu.web.api.operations import Call, Operation, Parameter, Reply
from hansatsu.web.api.problems import Problem, ProblemError, invalid, refuse, too_many
from hansatsu.web.api.queries import CURSOR, DATE, LIMIT, page_of, text_of
from hansatsu.web.api.schemas import (
    Cancelled,
    NewCancellation,
    NewPayment,
    Paid,
    Part,
    Payment,
    Payments,
)
from hansatsu.web.api.threads import in_thread

NUMBER = re.compile(r"[A-Z0-9]{1,40}(-[0-9]{1,20})?")
ASKED_TOO_OFTEN = (
    "The code was short of value too often. Its holder may show the next one, or pay otherwise."
)

WHY_UNKNOWN = {
    "card_replaced": "The card's value was moved to another card, or into a wallet.",
    "foreign_code": "The code is of another app: ours begin as code_prefixes of GET /shop says.",
    "mistyped_code": "The code's length or check digit is wrong: it was mistyped.",
    "charge_code": "This is a gift or purchase code: it pays nothing, a wallet is charged with it.",
}
"""What is said of ``unknown_code`` when nobody tried to guess. None of these is counted."""


async def pay(call: Call) -> Reply:
    """POST /payments: the way that must be quick."""
    body: NewPayment = call.body
    order = Order(call.key, body.code, body.amount, body.reference)
    answer = await call.desk.pay(call.caller, order)
    match answer.outcome:
        case "paid" | "replayed":
            headers = {"Idempotent-Replayed": "true"} if answer.outcome == "replayed" else {}
            return Reply(201, _paid(call.caller, order, answer), headers, answer.number)
        case "too_many":
            raise too_many(answer.waits, STOPPED)
        case "asked_too_often":
            raise too_many(answer.waits, ASKED_TOO_OFTEN)
        case refusal:
            await _count_refusal(call, refusal, answer)
            raise ProblemError(_problem(refusal, answer))


async def count_wrong_code(call: Call) -> None:
    """Count a code of our form that nobody has at the caller's terminal.

    Raises:
        ProblemError: when the terminal is stopped for having read too many.
    """
    wait = await in_thread(_count_wrong_code, call.caller.terminal_id)
    call.desk.callers.forget_terminal(call.caller.terminal_id)
    if wait:
        raise too_many(wait, STOPPED)


async def show(call: Call) -> Reply:
    """GET /payments/{id}."""
    number = number_of(call)
    told = await in_thread(_told, call.caller, number)
    if told is None:
        raise refuse("not_found")
    return Reply(200, told, about=number)


async def index(call: Call) -> Reply:
    """GET /payments."""
    query = call.query
    wanted = Wanted(
        **page_of(query),
        reference=text_of(query, "reference", 100),
        key=text_of(query, "idempotency_key", 255),
    )
    page = await in_thread(_list, call.caller, wanted)
    return Reply(200, {"items": page.items, "next_cursor": page.next_before})


async def cancel(call: Call) -> Reply:
    """POST /payments/cancellations."""
    body: NewCancellation = call.body
    return await in_thread(_cancel, call.caller, body.idempotency_key)


def shop_of(caller: Caller) -> Shop:
    """The caller's shop, with its issuer."""
    return Shop.objects.select_related("issuer").get(pk=caller.shop_id)


def number_of(call: Call) -> str:
    """決済ID in the address.

    Raises:
        ProblemError: when it cannot be one.
    """
    number = call.params["id"]
    if not NUMBER.fullmatch(number):
        raise refuse("not_found")
    return number


def check_cursor(shop: Shop, kind: Kind, before: str | None) -> None:
    """See that a list can go on from ``before``; None is its beginning.

    Raises:
        ProblemError: when it cannot.
    """
    if before is None:
        return
    if not (NUMBER.fullmatch(before) and can_end_with(shop, kind, before)):
        raise invalid("cursor", "It is next_cursor of an earlier page.")


def _paid(caller: Caller, order: Order, answer: Answer) -> Paid:
    assert answer.paid_at is not None
    return Paid(
        answer.number,
        "paid",
        order.amount,
        caller.shop_code,
        order.reference,
        moment_told(answer.paid_at),
        [Part(use.lot, use.emoney, use.amount) for use in answer.uses],
    )


async def _count_refusal(call: Call, refusal: OrderRefusal, answer: Answer) -> None:
    """Count what could be probing. Raises ProblemError when there was too much of it."""
    if refusal == "unknown_code":
        await count_wrong_code(call)
    if refusal in TELLS_OF_VALUE:
        wait = await in_thread(note_shortage, call.caller.issuer_id, answer.payer.asked)
        if wait:
            raise too_many(wait, ASKED_TOO_OFTEN)


def _problem(refusal: OrderRefusal, answer: Answer) -> Problem:
    """A refusal as the till is told it. Value that has expired is value that is missing."""
    match refusal:
        case "key_conflict":
            return Problem("idempotency_key_conflict")
        case "cancelled":
            return Problem("request_cancelled")
        case "card_replaced" | "foreign_code" | "mistyped_code" | "charge_code":
            return Problem("unknown_code", WHY_UNKNOWN[refusal])
        case "duplicate_reference":
            return Problem(refusal, extra={"payment": answer.number})
        case "frozen":
            return Problem("wallet_frozen")
        case "expired" | "insufficient":
            extra = {} if answer.available is None else {"available": answer.available}
            return Problem("insufficient_value", extra=extra)
        case "unknown_code" | "code_expired" | "code_used" | "not_accepted" | "over_limit":
            return Problem(refusal)
        case "try_again":
            return Problem(refusal)
        case never:
            assert_never(never)


def _count_wrong_code(terminal_id: int) -> int:
    terminal = Terminal.objects.select_related("shop", "issuer").get(pk=terminal_id)
    return refuse_wrong_code(terminal)


def _told(caller: Caller, number: str) -> Any:
    return payment_told(shop_of(caller), number)


def _list(caller: Caller, wanted: Wanted) -> Page[PaymentTold]:
    shop = shop_of(caller)
    check_cursor(shop, "payment", wanted.before)
    return list_payments(shop, caller.actor, wanted)


def _cancel(caller: Caller, key: str) -> Reply:
    shop = shop_of(caller)
    any_age = Scope.REFUND_ANY in caller.scopes
    done = cancel_payment(shop, caller.actor, key, any_age=any_age)
    match done.outcome:
        case "cancelled":
            return Reply(200, {"status": "cancelled"})
        case "refunded":
            return Reply(200, _refunded(shop, done), about=done.payment)
        case "too_late":
            raise refuse("forbidden", "The payment is of more than a day ago: refund it.")
        case "closed":
            raise refuse("wallet_frozen", "The wallet is closed: the office gives the money back.")
        case "other_terminal":
            raise refuse("other_terminal", payment=done.payment)
        case "other":
            raise refuse("idempotency_key_conflict", "The key stands for something else.")
        case never:
            assert_never(never)


def _refunded(shop: Shop, done: Cancellation) -> dict[str, Any]:
    payment = payment_told(shop, done.payment)
    assert payment is not None
    refund = next(each for each in payment["refunds"] if each["id"] == done.refund)
    return {"status": "refunded", "payment": payment, "refund": refund}


PAY = frozenset({Scope.PAY.value})

OPERATIONS = (
    Operation(
        "POST",
        "/payments",
        pay,
        "Pay",
        "Takes yen from whoever holds the code, once for the Idempotency-Key. When the answer is"
        " lost or `try_again`, send the same request with the same key, or cancel the key. A new"
        " key for a sale that was paid is 409 `duplicate_reference`: the same wallet, amount and"
        " `reference` within an hour.",
        tag="Payments",
        scopes=PAY,
        needs_key=True,
        body=NewPayment,
        status=201,
        returns=Paid,
        errors=(
            "idempotency_key_conflict",
            "request_cancelled",
            "unknown_code",
            "duplicate_reference",
            "code_expired",
            "code_used",
            "wallet_frozen",
            "not_accepted",
            "over_limit",
            "insufficient_value",
        ),
        example=(examples.ORDER, examples.PAID),
        codes_too=True,
    ),
    Operation(
        "GET",
        "/payments",
        index,
        "List payments",
        "All payments of this shop, the newest first: those of its pages and posters too.",
        tag="Payments",
        returns=Payments,
        errors=("invalid_request",),
        query=(
            DATE,
            Parameter(
                "reference",
                "Exactly the till's own reference.",
                {"type": "string", "maxLength": 100},
                "till-7-000123",
            ),
            Parameter(
                "idempotency_key",
                "Made under this key by this terminal.",
                {"type": "string", "maxLength": 255},
                "till-7-000123-1",
            ),
            LIMIT,
            CURSOR,
        ),
        example=(None, examples.PAYMENTS),
    ),
    Operation(
        "POST",
        "/payments/cancellations",
        cancel,
        "Cancel an unknown outcome",
        "For a payment whose answer never came. Afterwards the resident is not charged, whether it"
        " had been made or was still on its way, and a late retry is 409 `request_cancelled`. Twice"
        " is as once; no Idempotency-Key is needed. Keys are per terminal: when only another"
        " terminal of the shop has paid under it, nothing happens (409 `other_terminal`).",
        tag="Payments",
        scopes=PAY,
        body=NewCancellation,
        returns=Cancelled,
        errors=("idempotency_key_conflict", "other_terminal", "wallet_frozen"),
        example=({"idempotency_key": "till-7-000123-1"}, {"status": "cancelled"}),
    ),
    Operation(
        "GET",
        "/payments/{id}",
        show,
        "Look at a payment",
        "A payment of this shop as it stands now, with its refunds.",
        tag="Payments",
        returns=Payment,
        errors=("not_found",),
        example=(None, examples.PAYMENT),
    ),
)
