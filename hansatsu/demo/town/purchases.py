"""What the demo sells: products of 1 to 4 units, purchase codes that everybody may know, and some
residents' orders of the past, made through the services as residents make them."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import date, datetime

from hansatsu.demo.town.history import History
from hansatsu.flows.charging.checkouts import begin_payment, cancel_order, look_at
from hansatsu.flows.charging.code_holds import hold_code
from hansatsu.flows.charging.models import Order, SandboxCheckout
from hansatsu.flows.charging.precheck import confirm_order
from hansatsu.flows.charging.provider_accounts import open_account
from hansatsu.flows.charging.psp.base import Method
from hansatsu.flows.charging.psp.sandbox import books
from hansatsu.formats.qr import bearer_code
from hansatsu.parties.identity.models import Resident
from hansatsu.parties.issuers.models import Issuer
from hansatsu.parties.programs.models import Emoney, PurchaseCode, Sale
from hansatsu.parties.programs.purchase_codes import (
    NewCode,
    find_purchase_code,
    register_purchase_codes,
)
from hansatsu.parties.programs.services import Expiry, open_product, open_sale

UNITS = (1, 2, 3, 4)
PRICE = 10_000
"""Yen a unit."""
CODES_A_KIND = 4
"""Purchase codes of each number of units, for visitors."""
UNITS_PER_PERSON = 20
SPENT_CODES = 6
"""Codes of the residents' own orders."""


@dataclass(frozen=True, slots=True)
class Stall:
    """A sale that stands, with the texts of its residents' codes."""

    history: History
    sale: Sale
    spent: list[str]


def demo_purchase_code(issuer: Issuer, units: int, number: int) -> str:
    """The issuer's purchase code ``number`` (from 1) for so many units; the same in every demo."""
    drawn = hashlib.sha256(f"purchase {units} {number} of {issuer.code}".encode()).digest()
    characters = (bearer_code.ALPHABET[byte % 32] for byte in drawn[: bearer_code.RANDOM])
    return bearer_code.seal_code(bearer_code.PURCHASE, "".join(characters))


def build_sale(
    history: History, parts: dict[Emoney, int], *, opens_at: datetime, last_day: date
) -> Stall:
    """The sale with its products and codes; ``parts`` are yen a unit. Orders are paid at the
    sandbox."""
    issuer = history.issuer
    open_account(issuer, "sandbox", {"webhook_secret": secrets.token_urlsafe(32)})
    sale = open_sale(
        issuer,
        name=issuer.name,
        name_en=issuer.name_en,
        opens_at=opens_at,
        units_per_person=UNITS_PER_PERSON,
    )
    for units in UNITS:
        open_product(
            sale,
            name=f"{issuer.name} ({units}口)",
            name_en=f"{issuer.name_en} ({units} {'unit' if units == 1 else 'units'})",
            units=units,
            price=PRICE * units,
            parts={emoney: amount * units for emoney, amount in parts.items()},
            expiry=Expiry(expires_on=last_day),
        )
    wanted = [(units, number) for number in range(1, CODES_A_KIND + 1) for units in UNITS]
    texts = [demo_purchase_code(issuer, units, number) for units, number in wanted]
    register_purchase_codes(sale, texts, [NewCode(units) for units, _ in wanted])
    spent = [demo_purchase_code(issuer, 2, CODES_A_KIND + n + 1) for n in range(SPENT_CODES)]
    register_purchase_codes(sale, spent, [NewCode(2)] * SPENT_CODES)
    return Stall(history, sale, spent)


def bought(stall: Stall, at: datetime, resident: Resident, method: Method) -> None:
    """Plan a purchase of two units that was paid and charged."""

    def play() -> None:
        order = _begin(stall, resident, method)
        page = _page(order)
        if method == "konbini":
            books.give_number(page)
        books.pay(page)
        look_at(order.checkouts.get())

    stall.history.plan(at, play)


def waiting(stall: Stall, at: datetime, resident: Resident) -> None:
    """Plan an order that has its konbini number and is not paid yet."""

    def play() -> None:
        order = _begin(stall, resident, "konbini")
        books.give_number(_page(order))
        look_at(order.checkouts.get())

    stall.history.plan(at, play)


def given_up(stall: Stall, at: datetime, resident: Resident) -> None:
    """Plan an order that its resident cancelled at the payment page."""
    stall.history.plan(at, lambda: _cancel(_begin(stall, resident, "card")))


def demo_purchase_codes(issuer: Issuer) -> list[tuple[str, PurchaseCode]]:
    """The issuer's purchase codes, each with its text: the unused first, few units first."""
    numbers = range(1, CODES_A_KIND + SPENT_CODES + 1)
    texts = [demo_purchase_code(issuer, units, number) for number in numbers for units in UNITS]
    found = ((text, find_purchase_code(issuer, text)) for text in texts)
    return [(text, code) for text, code in found if code is not None]


def _begin(stall: Stall, resident: Resident, method: Method) -> Order:
    text = stall.spent.pop(0)
    product = stall.sale.products.get(units=2)
    held = hold_code(resident, product, text, address="demo")
    if held.order is None:
        raise RuntimeError(f"the demo's purchase code is refused: {held.outcome}")
    confirm_order(held.order)
    begun = begin_payment(held.order, method)
    if begun.outcome != "go":
        raise RuntimeError(f"the demo's order is refused: {begun.outcome}")
    return held.order


def _page(order: Order) -> SandboxCheckout:
    return SandboxCheckout.objects.get(reference=order.checkouts.get().reference)


def _cancel(order: Order) -> None:
    if cancel_order(order) != "closed":
        raise RuntimeError("the demo's order cannot be cancelled")
