"""Every page of the shop site × every role × own and other shop and issuer, as data."""

import re
import secrets
from typing import Any

import pytest
from django.http import HttpResponse
from django.urls import get_resolver, reverse

from hansatsu.database.connections import ledger_connection
from hansatsu.flows.payments.refund_intents import REFUND_TOKENS, RefundIntent
from hansatsu.flows.settlement.models import ClosingKind, PayoutRequest
from hansatsu.ledger import api as ledger
from hansatsu.messages.webhooks.events import SUBSCRIBABLE
from hansatsu.messages.webhooks.models import Delivery, Endpoint
from hansatsu.messages.webhooks.services import open_endpoint, send_test
from hansatsu.parties.identity.models import Passkey, Role, Staff
from hansatsu.parties.issuers.models import AuditEntry
from hansatsu.parties.shops.api_keys import make_api_key
from hansatsu.parties.shops.models import ApiKey, Shop, Terminal
from hansatsu.parties.shops.terminals import open_terminal
from hansatsu.web.shop.permissions import CASHIER, MAY, PAGES, Act
from tests.support.clients import words
from tests.support.passkeys import Key
from tests.support.settled import close, statement_of
from tests.support.tills import Till, hire
from tests.town import Town, make_town

# Its converters are registered by the root of the addresses.
urlpatterns = next(
    each for each in get_resolver("hansatsu.web.urls").url_patterns if str(each.pattern) == "shop/"
).url_patterns

POSTS = {
    "ask": {"amount": ""},
    "me_pin": {"current": "", "pin": ""},
    "me_password": {"current": ""},
    "staff_act": {},
    "terminal_rename": {"name": "盗"},
    "terminal_stop": {"reason": "盗"},
    "terminal_reference": {},
    "key_new": {"scopes": "pay", "mark": "1"},
    "key_stop": {},
    "webhook_act": {},
    "webhook_again": {},
    "early_payout_withdraw": {},
    "prove_passkey": {},
    "prove_passkey_answer": {},
    "passkey_finish": {},
}
"""Pages that are only posted to, with what is sent."""

GUARDED = sorted(name for name, act in PAGES.items() if act is not Act.OPEN)


class Place:
    """A shop with something of everything that an address can name."""

    def __init__(self, town: Town, shop: Shop) -> None:
        self.town, self.shop = town, shop
        town.charge(town.resident, town.all_shops, 1000)
        self.number = town.pay(town.resident, shop, 500).number or ""
        self.staff = hire(shop)
        Key().belongs_to(self.staff)
        self.terminal = open_terminal(shop, "POS", kind="pos")
        _, self.key = make_api_key(self.terminal)
        opened = open_endpoint(
            shop,
            made_by=self.terminal.actor,
            key="",
            url="https://hooks.example/",
            events=SUBSCRIBABLE,
        )
        assert opened.endpoint is not None
        self.endpoint = opened.endpoint
        self.delivery = send_test(self.endpoint)
        self.closing = close(town.issuer, shops=[shop], kind=ClosingKind.ON_DEMAND)
        line = statement_of(self.closing, shop).lines.first()
        assert line is not None
        self.line = line

    def address(self, name: str, staff: Staff | None = None) -> str:
        """The page called ``name``, of things of this shop."""
        who = staff or self.staff
        intent = RefundIntent(who.pk, self.shop.pk, self.number, 100, "x", secrets.token_hex(8))
        every: dict[str, Any] = {
            "number": self.number,
            "token": REFUND_TOKENS.seal(intent),
            "staff_id": self.staff.pk,
            "act": "deactivate",
            "terminal_id": self.terminal.pk,
            "key_id": self.key.pk,
            "endpoint_id": self.endpoint.pk,
            "delivery_id": self.delivery.pk,
            "closing": self.closing.number,
            "line": self.line.pk,
        }
        if name == "webhook_act":
            every["act"] = "remove"
        if name in ("passkey", "passkey_remove"):
            every["passkey"] = Passkey.objects.get(staff=who).pk
        (pattern,) = [each for each in urlpatterns if each.name == name]
        wanted = pattern.pattern.converters
        return reverse(f"shop:{name}", kwargs={each: every[each] for each in wanted})

    def state(self) -> tuple[Any, ...]:
        """What no stranger may change."""
        of = (self.town.issuer.pk, self.town.resident.wallet_id)
        return (
            [each.seq for each in ledger.history(ledger_connection(), *of)],
            list(Staff.objects.filter(shop=self.shop).order_by("pk").values()),
            list(Passkey.objects.filter(staff__shop=self.shop).order_by("pk").values()),
            list(Terminal.objects.filter(shop=self.shop).order_by("pk").values()),
            list(Endpoint.objects.filter(shop=self.shop).order_by("pk").values()),
            list(Delivery.objects.filter(endpoint=self.endpoint).values()),
            list(ApiKey.objects.filter(terminal__shop=self.shop).order_by("pk").values()),
            list(PayoutRequest.objects.filter(shop=self.shop).values()),
            AuditEntry.objects.filter(place=f"shop:{self.shop.pk}").count(),
        )


def visit(till: Till, name: str, address: str) -> HttpResponse:
    return till.post(address, POSTS[name]) if name in POSTS else till.get(address)


def with_passkey(till: Till) -> Till:
    Key().belongs_to(till.staff)
    return till


@pytest.fixture(scope="module")
def own() -> Place:
    town = make_town()
    return Place(town, town.shop)


@pytest.fixture(scope="module")
def cashier(own: Place) -> Till:
    return with_passkey(Till(own.shop))


@pytest.fixture(scope="module")
def manager(own: Place) -> Till:
    return with_passkey(Till(own.shop, hire(own.shop, role=Role.MANAGER)))


@pytest.fixture(scope="module")
def others(own: Place) -> list[Place]:
    """Another shop of the issuer, and a shop of another issuer."""
    stranger = make_town()
    for _ in range(2):  # its closings have numbers that no closing of one's own has
        close(stranger.issuer, shops=[], kind=ClosingKind.ON_DEMAND)
    return [Place(own.town, own.town.large_shop), Place(stranger, stranger.shop)]


def test_every_page_is_in_the_table() -> None:
    assert {each.name for each in urlpatterns} == set(PAGES)
    assert MAY[Role.CASHIER] == CASHIER < MAY[Role.MANAGER] == frozenset(Act)


@pytest.mark.parametrize("name", GUARDED)
def test_nobody_is_led_to_the_log_in(own: Place, client: Any, name: str) -> None:
    before = own.state()
    address = own.address(name)
    answer = client.post(address, POSTS[name]) if name in POSTS else client.get(address)
    assert (answer.status_code, answer["Location"]) == (303, "/shop/login/")
    assert own.state() == before


@pytest.mark.parametrize("name", GUARDED)
def test_a_cashier_may_what_the_table_says(own: Place, cashier: Till, name: str) -> None:
    before = own.state()
    answer = visit(cashier, name, own.address(name, cashier.staff))
    if PAGES[name] in CASHIER:
        assert answer.status_code in (200, 302, 303, 404, 422), words(answer)
    else:
        assert answer.status_code == 403, words(answer)
        assert own.state() == before


@pytest.mark.parametrize(
    "name",
    [
        name
        for name in GUARDED
        if "<" in str(next(u for u in urlpatterns if u.name == name).pattern)
    ],
)
def test_things_of_other_shops_and_issuers_are_not_found(
    manager: Till, others: list[Place], name: str
) -> None:
    for other in others:
        before = other.state()
        answer = visit(manager, name, other.address(name))
        assert answer.status_code == 404, words(answer)
        assert other.state() == before


@pytest.mark.parametrize("name", [name for name in GUARDED if name not in POSTS])
def test_a_manager_sees_every_page(own: Place, manager: Till, name: str) -> None:
    if name in ("confirm", "ring_up", "prove", "today_json", "asked", "asked_json", "poster_pdf"):
        return
    if name == "statement_file":  # without a form there is none
        return
    answer = manager.get(own.address(name, manager.staff))
    assert answer.status_code == 200, words(answer)
    if name != "export":
        assert re.search(r"<h1|<h2", words(answer))


def test_a_manager_by_pin_is_a_cashier_until_the_second_factor(own: Place) -> None:
    from hansatsu.parties.staff.pins import set_pin
    from tests.support.tills import new_code

    boss = hire(own.shop, role=Role.MANAGER)
    till = Till(own.shop, boss)
    set_pin(boss, "4826")
    assert till.get("staff/").status_code == 200
    assert till.post("lock/")["Location"] == "/shop/pin/"
    assert till.get("")["Location"] == "/shop/pin/"
    wrong = till.post("pin/", {"staff": str(boss.pk), "pin": "4827"})
    assert "暗証番号が違います" in words(wrong)
    assert till.get("")["Location"] == "/shop/pin/"
    assert till.post("pin/", {"staff": str(boss.pk), "pin": "4826"})["Location"] == "/shop/"
    assert till.get("").status_code == 200
    for name in ("staff", "terminals", "settings", "audit", "export", "statements"):
        answer = till.get(own.address(name))
        assert answer["Location"].startswith("/shop/prove/?next="), name
    before = own.state()
    assert till.post(own.address("staff_act"))["Location"].startswith("/shop/prove/")
    assert own.state() == before
    answer = till.post("prove/", {"code": new_code(boss), "next": "/shop/staff/"})
    assert answer["Location"] == "/shop/staff/"
    assert till.get("staff/").status_code == 200


def test_after_log_out_no_pin_is_taken(own: Place) -> None:
    from hansatsu.parties.staff.pins import set_pin

    till = Till(own.shop)
    set_pin(till.staff, "4826")
    till.post("logout/")
    answer = till.post("pin/", {"staff": str(till.staff.pk), "pin": "4826"})
    assert answer["Location"] == "/shop/login/"
    assert till.get("")["Location"] == "/shop/login/"
