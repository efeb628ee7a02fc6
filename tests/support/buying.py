"""What a buyer, a provider and a worker do to orders, without a browser.

The sandbox's webhooks are queued for a worker; here a test sends them itself, when and as often as
it likes, signed as they are.
"""

import json
import time
from datetime import date, timedelta
from typing import Any

from django.db import connection
from django.http import HttpResponse
from django.test import Client

from hansatsu.flows.charging.checkouts import begin_payment
from hansatsu.flows.charging.code_holds import Hold, hold_code
from hansatsu.flows.charging.models import Checkout, Order, SandboxCheckout
from hansatsu.flows.charging.precheck import confirm_order
from hansatsu.flows.charging.provider_accounts import open_account
from hansatsu.flows.charging.psp.base import Method
from hansatsu.flows.charging.psp.sandbox import signing
from hansatsu.parties import clock
from hansatsu.parties.identity.models import Resident
from hansatsu.parties.programs.models import Product, PurchaseCode, Sale
from hansatsu.parties.programs.purchase_codes import NewCode, make_purchase_codes
from hansatsu.parties.programs.services import Expiry, open_product, open_sale
from tests.town import Town

SECRET = "whsec_of_the_sandbox"
LAST_DAY = date(2027, 3, 31)
ADDRESS = "192.0.2.7"


class Stall:
    """A sale of 1 to 4 units in ``town``, paid at the sandbox: ¥10,000 a unit for 8,000
    中小店舗限定 and 5,000 全店共通."""

    def __init__(self, town: Town, *, units_per_person: int | None = None, **dates: Any) -> None:
        self.town = town
        open_account(town.issuer, "sandbox", {"webhook_secret": SECRET})
        now = clock.now()
        self.sale: Sale = open_sale(
            town.issuer,
            name="小山市共通商品券",
            name_en="Oyama Vouchers",
            opens_at=dates.get("opens_at", now - timedelta(days=1)),
            closes_at=dates.get("closes_at"),
            units_per_person=units_per_person,
        )
        self.products: list[Product] = [self._product(units) for units in (1, 2, 3, 4)]

    def _product(self, units: int) -> Product:
        return open_product(
            self.sale,
            name=f"小山市共通商品券 ({units}口)",
            name_en=f"Oyama Vouchers ({units})",
            units=units,
            price=10_000 * units,
            parts={self.town.small_shops: 8000 * units, self.town.all_shops: 5000 * units},
            expiry=Expiry(expires_on=LAST_DAY),
        )

    def code(self, units: int = 1, **fields: Any) -> tuple[str, PurchaseCode]:
        """A fresh purchase code."""
        ((text, code),) = make_purchase_codes(self.sale, [NewCode(units, **fields)])
        return text, code

    def hold(
        self,
        text: str,
        *,
        units: int = 1,
        resident: Resident | None = None,
        address: str = ADDRESS,
    ) -> Hold:
        """Type a code for a product of so many units."""
        product = self.products[units - 1]
        return hold_code(resident or self.town.resident, product, text, address=address)

    def order(self, units: int = 1, resident: Resident | None = None) -> Order:
        """An order that holds a new code, and is confirmed."""
        text, _ = self.code(units)
        held = self.hold(text, units=units, resident=resident)
        assert held.order is not None, held
        confirm_order(held.order)
        held.order.refresh_from_db()
        return held.order

    def awaiting(self, method: Method = "card", units: int = 1) -> Order:
        """An order whose payment page is ready."""
        order = self.order(units)
        begun = begin_payment(order, method)
        assert begun.outcome == "go", begun
        order.refresh_from_db()
        return order


def page_of(order: Order) -> SandboxCheckout:
    """The sandbox's page of the order's newest checkout."""
    checkout = Checkout.objects.filter(order=order).latest("pk")
    return SandboxCheckout.objects.get(reference=checkout.reference)


def queued_webhooks(issuer_code: str) -> list[dict[str, Any]]:
    """What the sandbox has queued for the issuer's address, in that order."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select args from procrastinate_jobs where task_name = 'send_sandbox_webhook'"
            " and args ->> 'account' = %s order by id",
            [issuer_code],
        )
        rows = [json.loads(row[0]) if isinstance(row[0], str) else row[0] for row in cursor]
    return [json.loads(args["body"]) for args in rows]


def deliver(
    issuer_code: str, told: dict[str, Any], *, secret: str = SECRET, age: int = 0
) -> HttpResponse:
    """Send one webhook over HTTP, signed ``age`` seconds ago."""
    body = json.dumps(told).encode()
    return Client(SERVER_NAME="localhost").post(
        f"/psp/sandbox/{issuer_code}/webhook/",
        body,
        content_type="application/json",
        headers={signing.HEADER: signing.sign(body, secret, int(time.time()) - age)},
    )


def deliver_all(issuer_code: str) -> None:
    """Send all that is queued, in its order."""
    for told in queued_webhooks(issuer_code):
        assert deliver(issuer_code, told).status_code == 200
