"""Products taken back while nobody has bought them."""

import threading
from typing import Any

import psycopg
import pytest
from django.db import connection

from hansatsu.database.server import EmbeddedServer
from hansatsu.flows.charging import code_holds
from hansatsu.flows.charging.code_holds import hold_code
from hansatsu.flows.charging.models import Order, OrderState
from hansatsu.flows.charging.selectors import product_on_sale
from hansatsu.flows.charging.withdrawing import NewProduct, change_product, unbought, withdraw
from hansatsu.parties.issuers.audit import CONSOLE, Actor
from hansatsu.parties.issuers.models import AuditEntry
from hansatsu.parties.programs.models import CodeState, Product, PurchaseCode
from hansatsu.parties.programs.purchase_codes import NewCode, make_purchase_codes
from hansatsu.parties.programs.services import Expiry
from tests.flows.charging.shopper import Shopper
from tests.support.waiting import wait_until

ADDRESS = "192.0.2.9"


@pytest.fixture
def shopper() -> Shopper:
    return Shopper()


def by(shopper: Shopper) -> Actor:
    return Actor(shopper.town.issuer, "staff:1", "事務 一郎", CONSOLE)


def new_code(shopper: Shopper) -> str:
    ((text, _code),) = make_purchase_codes(shopper.sale, [NewCode(1)])
    return text


def test_what_is_withdrawn_is_not_bought(shopper: Shopper) -> None:
    text, issuer = new_code(shopper), shopper.town.issuer
    assert withdraw(by(shopper), [shopper.product], reason="誤り")
    assert product_on_sale(issuer, shopper.product.pk) is None
    held = hold_code(shopper.town.resident, shopper.product, text, address=ADDRESS)
    assert (held.outcome, held.order) == ("closed", None)
    assert PurchaseCode.objects.of(issuer).get().state == CodeState.FREE
    assert not withdraw(by(shopper), [shopper.product], reason="誤り")
    assert AuditEntry.objects.of(issuer).filter(act="product_withdrawn").count() == 1


@pytest.mark.parametrize(
    ("state", "can"),
    [
        (OrderState.HELD, False),
        (OrderState.AWAITING, False),
        (OrderState.REFUNDED, False),
        (OrderState.LAPSED, True),
        (OrderState.CANCELLED, True),
    ],
)
def test_what_somebody_buys_is_not_withdrawn(
    shopper: Shopper, state: OrderState, can: bool
) -> None:
    order = shopper.order()
    Order.objects.filter(pk=order.pk).update(state=state)
    assert unbought(shopper.sale).exists() == can
    assert withdraw(by(shopper), [shopper.product], reason="誤り") == can
    shopper.product.refresh_from_db()
    assert (shopper.product.withdrawn_at is not None) == can
    assert AuditEntry.objects.of(shopper.town.issuer).exists() == can


def test_what_somebody_buys_is_not_changed(shopper: Shopper) -> None:
    shopper.order()
    new = NewProduct("券", "Voucher", 5_000, {shopper.town.all_shops: 6_000}, Expiry())
    assert change_product(by(shopper), shopper.product, new, reason="誤り") is None
    kept = Product.objects.of(shopper.town.issuer).get()
    assert (kept.price, kept.withdrawn_at) == (10_000, None)
    assert not AuditEntry.objects.of(shopper.town.issuer).exists()


def is_waited_for(server: EmbeddedServer) -> bool:
    """True when somebody who withdraws waits for somebody who buys."""
    with psycopg.connect(server.superuser_url, autocommit=True) as watching:
        row = watching.execute(
            "select exists (select from pg_stat_activity where wait_event_type = 'Lock'"
            " and query like '%programs_product%')"
        ).fetchone()
    return row is not None and bool(row[0])


@pytest.mark.parametrize("has_lock", [False, True])
def test_nobody_buys_what_is_withdrawn_at_that_moment(
    shopper: Shopper,
    server: EmbeddedServer,
    monkeypatch: pytest.MonkeyPatch,
    has_lock: bool,
) -> None:
    """Somebody withdraws it between the look at it and the order; with the lock off that works."""
    text, done = new_code(shopper), []

    def take_back() -> None:
        try:
            done.append(withdraw(by(shopper), [shopper.product], reason="誤り"))
        finally:
            connection.close()

    opened = code_holds._open

    def open_late(*about: Any) -> Order:
        thread.start()
        wait_until(lambda: bool(done) or is_waited_for(server))
        return opened(*about)

    thread = threading.Thread(target=take_back)
    monkeypatch.setattr(code_holds, "_open", open_late)
    if not has_lock:
        monkeypatch.setattr(code_holds, "still_offered", lambda product: True)
    held = hold_code(shopper.town.resident, shopper.product, text, address=ADDRESS)
    thread.join()
    assert (held.outcome, done) == ("held", [not has_lock])
