"""A town whose payments are told of: shops with endpoints, residents with mail. Needs Django."""

import secrets
import time
from collections.abc import Iterator, Sequence
from itertools import cycle

import psycopg

from hansatsu.database.connections import ledger_connection
from hansatsu.lab.crash.town import make_shop
from hansatsu.ledger import api as ledger
from hansatsu.messages.webhooks.models import Endpoint, Message
from hansatsu.messages.webhooks.services import open_endpoint, remove_endpoint
from hansatsu.parties import clock
from hansatsu.parties.identity.models import Resident
from hansatsu.parties.programs.models import Emoney
from hansatsu.parties.shops.models import Shop
from hansatsu.parties.shops.services import NewShop, open_shop

AT_ONCE = 500
"""Payments in one transaction, each of another wallet."""


class WebhookTown:
    """As many shops as there are quick endpoints, and one whose server hangs. Cards pay where
    webhooks are measured, since nobody is mailed of those; residents where mails are.

    Args:
        endpoints: how many shops with a quick server.
        superuser_url: of its database, to have PostgreSQL look at what was made, as it would by
            itself within a minute.
    """

    def __init__(self, endpoints: int, superuser_url: str) -> None:
        self._superuser_url = superuser_url
        self._hanging = make_shop()
        self._issuer = self._hanging.issuer
        self._emoney = Emoney.objects.of(self._issuer).get()
        self._shops = [self._add_shop(f"S{number:04}") for number in range(2, 2 + endpoints)]
        self._cards = ledger.open_wallets(
            ledger_connection(), issuer_id=self._issuer.pk, kind="card", count=AT_ONCE
        )
        self._charge(self._cards)

    def tell(self, urls: Sequence[str], hanging_url: str) -> None:
        """Give each shop its server."""
        shops = [self._hanging, *self._shops]
        self._endpoints = [
            _endpoint_of(shop, url) for shop, url in zip(shops, [hanging_url, *urls], strict=True)
        ]

    def tell_no_more(self) -> None:
        """Take the servers away."""
        for endpoint in self._endpoints:
            remove_endpoint(endpoint)

    def pay(self, count: int) -> None:
        """So many payments by cards, at the shops in turns."""
        self._pay(self._shops, self._cards, count)

    def pay_hanging(self, count: int) -> None:
        """So many where the server hangs."""
        self._pay([self._hanging], self._cards, count)

    def pay_once(self) -> tuple[str, float]:
        """One payment; its 決済ID, and what ``time.perf_counter`` showed at its commit."""
        payment = self._payment(self._shops[0], secrets.choice(self._cards))
        number = ledger.pay(ledger_connection(), payment).number
        return number or "", time.perf_counter()

    def pay_by_residents(self, count: int) -> None:
        """So many payments that are mailed, and nothing else that is."""
        wallets = ledger.open_wallets(
            ledger_connection(), issuer_id=self._issuer.pk, kind="resident", count=AT_ONCE
        )
        self._charge(wallets)
        self.owe_nothing()
        now = clock.now()
        Resident.objects.bulk_create(
            Resident(
                issuer=self._issuer,
                login_id=f"r{wallet}",
                family_name="小山",
                given_name="花子",
                email=f"r{wallet}@example.jp",
                wallet_id=wallet,
                created_at=now,
            )
            for wallet in wallets
        )
        self._pay(self._shops, wallets, count)

    def owed(self) -> int:
        """Entries that the relay has not taken."""
        query = "select count(*) from ledger.outbox where relayed_at is null"
        return int(ledger_connection().execute(query).fetchall()[0][0])

    def owe_nothing(self) -> None:
        """Drop what the relay has not taken."""
        while ledger.take_outbox(ledger_connection(), 1000):
            pass

    def forget(self) -> None:
        """Drop what is owed, and what waits."""
        self.owe_nothing()
        Message.objects.all().delete()

    def _add_shop(self, code: str) -> Shop:
        shop = self._hanging
        new = NewShop(code, "店", "ミセ", "Shop", shop.area, shop.category, "1-1-1")
        return open_shop(self._issuer, new, takes=[self._emoney])

    def _charge(self, wallets: Sequence[int]) -> None:
        lots = (ledger.NewLot(self._emoney.pk, 10_000_000, None),)
        issues = [ledger.Issue(_request(), self._issuer.pk, wallet, lots) for wallet in wallets]
        if not all(each.issued for each in ledger.issue_set(ledger_connection(), issues)):
            raise RuntimeError("The benchmark could not make its value.")

    def _pay(self, shops: Sequence[Shop], wallets: Sequence[int], count: int) -> None:
        places: Iterator[Shop] = cycle(shops)
        for begin in range(0, count, AT_ONCE):
            payers = wallets[: min(AT_ONCE, count - begin)]
            payments = [self._payment(next(places), wallet) for wallet in payers]
            outcomes = ledger.pay_set(ledger_connection(), payments)
            if not all(each.outcome == "paid" for each in outcomes):
                raise RuntimeError("The benchmark's payments were refused.")
        with psycopg.connect(self._superuser_url, autocommit=True) as connection:
            connection.execute("analyze")

    def _payment(self, shop: Shop, wallet: int) -> ledger.Payment:
        return ledger.Payment(_request(), self._issuer.pk, shop.pk, wallet, 1)


def _request() -> ledger.Request:
    return ledger.Request.of("bench", secrets.token_hex(8), "bench")


def _endpoint_of(shop: Shop, url: str) -> Endpoint:
    made = open_endpoint(shop, made_by="bench", key="", url=url, events=("payment.paid",))
    if made.endpoint is None:
        raise RuntimeError(f"The benchmark's endpoint could not be made: {made.fields}")
    return made.endpoint
