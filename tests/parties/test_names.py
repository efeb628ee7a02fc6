"""Names in the ledger's requests and in records: those that are stored already."""

import re
from pathlib import Path

import hansatsu
from hansatsu.flows.charging.models import Order
from hansatsu.parties.identity.models import Resident, Staff
from hansatsu.parties.issuers import names
from hansatsu.parties.issuers.audit import place_of_shop
from hansatsu.parties.shops.models import Terminal

KINDS = "terminal|resident|staff|shop|card|issuer|emoney|payment|order"
BY_HAND = re.compile(rf'f"({KINDS}):{{[^{{}}]+}}"')
COUNTED = {
    "parties/identity/sessions.py",
    "parties/staff/checking.py",
    "web/shared/addresses.py",
    "web/shop/views/passkeys.py",
}
"""Where the same form means something else: a key of a session, a count of tries, a page."""


def test_they_are_as_stored() -> None:
    """An entry of years ago is found by them; a key of a retry is the same key."""
    assert {
        names.terminal_name(7),
        names.resident_name(7),
        names.staff_name(7),
        names.shop_name(7),
        names.card_name(7),
        names.issuer_name(7),
        names.emoney_name(7),
        names.payment_name("OEM1"),
        names.order_name("123"),
    } == {
        "terminal:7",
        "resident:7",
        "staff:7",
        "shop:7",
        "card:7",
        "issuer:7",
        "emoney:7",
        "payment:OEM1",
        "order:123",
    }


def test_models_say_their_own() -> None:
    assert Terminal(pk=7).actor == "terminal:7"
    assert Resident(pk=7).actor == "resident:7"
    assert Staff(pk=7).actor == "staff:7"
    order = Order(pk=7, number="123456789012")
    assert (order.actor, order.subject) == ("order:7", "order:123456789012")
    assert place_of_shop(7) == "shop:7"


def test_nobody_writes_them_by_hand() -> None:
    package = Path(hansatsu.__file__).parent
    found = {
        str(path.relative_to(package))
        for path in package.rglob("*.py")
        if BY_HAND.search(path.read_text())
    }
    assert found - COUNTED == {"parties/issuers/names.py", "flows/charging/models/order.py"}
    assert found >= COUNTED
