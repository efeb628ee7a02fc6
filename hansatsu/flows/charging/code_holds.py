"""購入コード入力: a purchase code becomes an order, or a sentence why not."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from django.db import transaction
from django.db.models import Sum

from hansatsu.flows.charging import letters
from hansatsu.flows.charging.code_guesses import begin_guess, warn_if_reached
from hansatsu.flows.charging.models import CODE_HOLDING, Order, OrderState
from hansatsu.flows.charging.withdrawing import still_offered
from hansatsu.parties import clock
from hansatsu.parties.identity.models import Resident
from hansatsu.parties.identity.throttle import forgive
from hansatsu.parties.programs.models import CodeState, Product, PurchaseCode
from hansatsu.parties.programs.purchase_codes import find_purchase_code

HOLD_FOR = timedelta(minutes=60)
"""How long a code is held for an order whose payment was not begun."""
NUMBER_DIGITS = 12

Outcome = Literal[
    "held",  # the order is new
    "going",  # the resident's own order has the code: go on with that
    "wait",  # too many guesses
    "unusable",  # nobody has it, it is void, or somebody else's: all said alike
    "used",  # by this resident
    "early",  # its window begins at `moment`
    "expired",  # its window is over
    "other_sale",  # it is for other products
    "too_many_units",  # more than the `units` left on it
    "over_limit",  # of `units` a person in this sale
    "closed",  # the sale is not open, or the product withdrawn
]


@dataclass(frozen=True, slots=True)
class Hold:
    """How it ended. ``order`` of ``held`` and ``going``; the others as ``Outcome`` says."""

    outcome: Outcome
    order: Order | None = None
    wait_seconds: int = 0
    units: int = 0
    moment: datetime | None = None


def hold_code(resident: Resident, product: Product, typed: str, *, address: str) -> Hold:
    """Hold the code that was typed for a new order of ``product``.

    Guesses are counted by resident and by network ``address``. The answer is the same for a code
    that nobody has, that is void, and that is another's, so it tells a guesser nothing.
    """
    attempt = begin_guess(resident, address)
    if attempt.wait_seconds:
        return Hold("wait", wait_seconds=attempt.wait_seconds)
    found = find_purchase_code(resident.issuer, typed)
    held = Hold("unusable") if found is None else _hold(resident, product, found)
    if held.outcome == "unusable":
        warn_if_reached(resident, attempt)
    else:
        forgive(attempt)
    return held


def _hold(resident: Resident, product: Product, found: PurchaseCode) -> Hold:
    with transaction.atomic():
        # The resident first: two codes at once must not pass the limit a person together.
        Resident.objects.select_for_update(no_key=True).get(pk=resident.pk)
        code = PurchaseCode.objects.select_for_update().get(pk=found.pk)
        refusal = (
            _whose(resident, code) or _when(product, code) or _how_many(resident, product, code)
        )
        if refusal is not None:
            return refusal
        if not still_offered(product):
            return Hold("closed")
        order = _open(resident, product, code)
        letters.code_accepted(order)
    return Hold("held", order)


def _whose(resident: Resident, code: PurchaseCode) -> Hold | None:
    mine = code.orders.filter(resident=resident)
    if code.state == CodeState.HELD:
        order = mine.filter(state__in=CODE_HOLDING).first()
        return Hold("going", order) if order else Hold("unusable")
    if code.state == CodeState.USED:
        was_mine = mine.filter(state__in=[OrderState.CHARGED, OrderState.REVERSED]).exists()
        return Hold("used" if was_mine else "unusable")
    is_anothers = code.resident_id not in (None, resident.pk)
    return Hold("unusable") if code.state == CodeState.VOID or is_anothers else None


def _when(product: Product, code: PurchaseCode) -> Hold | None:
    now, sale = clock.now(), product.sale
    if code.sale_id != sale.pk:
        return Hold("other_sale")
    if now < code.valid_from:
        return Hold("early", moment=code.valid_from)
    if code.valid_until is not None and now >= code.valid_until:
        return Hold("expired")
    if now < sale.opens_at or (sale.closes_at is not None and now >= sale.closes_at):
        return Hold("closed")
    return None


def _how_many(resident: Resident, product: Product, code: PurchaseCode) -> Hold | None:
    if product.units > code.units_left:
        return Hold("too_many_units", units=code.units_left)
    most = product.sale.units_per_person
    if most is not None and bought_units(resident, product) + product.units > most:
        return Hold("over_limit", units=most)
    return None


def bought_units(resident: Resident, product: Product) -> int:
    """Units of the product's sale that the resident has bought, or is buying."""
    counted = Order.objects.of(resident.issuer).filter(
        resident=resident,
        product__sale=product.sale_id,
        state__in=[*CODE_HOLDING, OrderState.CHARGED],
    )
    return counted.aggregate(units=Sum("units"))["units"] or 0


def end_of(product: Product, code: PurchaseCode) -> datetime | None:
    """The first moment at which an order of ``product`` with ``code`` can be paid no more: the sale
    has closed, or the code has ended; None when neither does."""
    ends = [end for end in (product.sale.closes_at, code.valid_until) if end is not None]
    return min(ends, default=None)


def _open(resident: Resident, product: Product, code: PurchaseCode) -> Order:
    now = clock.now()
    end = end_of(product, code)
    hold = now + HOLD_FOR
    code.state = CodeState.HELD
    code.save(update_fields=["state"])
    return Order.objects.create(
        issuer=resident.issuer,
        number=str(secrets.randbelow(10**NUMBER_DIGITS)).zfill(NUMBER_DIGITS),
        resident=resident,
        product=product,
        purchase_code=code,
        units=product.units,
        price=product.price,
        held_at=now,
        pay_by=hold if end is None else min(hold, end),
    )
