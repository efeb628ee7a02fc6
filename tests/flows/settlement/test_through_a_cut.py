"""Two tills, a page and the API pay through midnight while the closing is made: each payment stands
in exactly one period, the one of its time."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from hansatsu.database.connections import ledger_connection
from hansatsu.database.server import EmbeddedServer
from hansatsu.flows.settlement.models import Statement
from hansatsu.formats.japan import JAPAN
from hansatsu.parties.shops.api_keys import make_api_key
from tests.support.clients import Visitor
from tests.support.pos import Pos, new_key, running_api
from tests.support.settling import Settling
from tests.support.tills import Till
from tests.support.waiting import wait_until

MIDNIGHT = datetime(2026, 4, 1, tzinfo=JAPAN)
BEFORE, AFTER = 3, 3
"""Payments that each of the four makes before midnight and after it, at least."""


class Payer:
    """Somebody who pays again and again until told to stop, one yen more each time: of an equal
    payment a page would ask. ``pay`` says whether it was paid."""

    def __init__(self, pay: Callable[[int], bool]) -> None:
        self.made = 0
        self.stop = threading.Event()
        self._pay = pay
        self.thread = threading.Thread(target=self._go)
        self.thread.start()

    def _go(self) -> None:
        try:
            while not self.stop.is_set():
                self.made += self._pay(10 + self.made)
        finally:
            connection.close()


def at_a_till(settling: Settling) -> Callable[[int], bool]:
    till = Till(settling.town.shop)
    code, _card = settling.town.card(100_000)

    def pay(yen: int) -> bool:
        page = till.confirm_page(str(yen), code)
        done = till.post(page)
        return done.status_code == 303 and "paid" in done["Location"]

    return pay


def on_the_page(settling: Settling) -> Callable[[int], bool]:
    visitor = Visitor.logged_in(settling.town.resident)

    def pay(yen: int) -> bool:
        page = visitor.post("pay/S0001", {"amount": str(yen), "key": new_key()})["Location"]
        return "paid=1" in visitor.post(page)["Location"]

    return pay


def over_the_api(settling: Settling, port: int) -> Callable[[int], bool]:
    code, _card = settling.town.card(100_000)
    pos = Pos(port, make_api_key(settling.town.terminal(), ["pay"])[0])
    return lambda yen: pos.pay(code, yen).status == 201


def test_each_stands_in_the_period_of_its_time(
    settling: Settling, server: EmbeddedServer, application_environment: dict[str, str]
) -> None:
    settling.clock.show(MIDNIGHT - timedelta(seconds=20))
    environment = application_environment | {"DATABASE_URL": settling.clock.copy.app_url}
    with running_api(environment, server.home) as api:
        payers = [
            Payer(at_a_till(settling)),
            Payer(at_a_till(settling)),
            Payer(on_the_page(settling)),
            Payer(over_the_api(settling, api.port)),
        ]
        try:
            wait_for(payers, BEFORE)
            settling.clock.show(MIDNIGHT)
            settling.close()
            reached = [each.made for each in payers]
            wait_until(
                lambda: all(
                    each.made >= before + AFTER
                    for each, before in zip(payers, reached, strict=True)
                ),
                what="payments after midnight",
            )
        finally:
            for each in payers:
                each.stop.set()
            for each in payers:
                each.thread.join()
    settling.clock.show(datetime(2026, 5, 1, tzinfo=JAPAN))
    settling.close()
    first, second = Statement.objects.filter(shop=settling.town.shop).order_by("ends_at")
    count = sum(each.made for each in payers)
    assert first.payment_count + second.payment_count == count == payments(settling)
    assert first.payment_count == payments(settling, "and at < %s", MIDNIGHT)
    assert first.payment_count >= BEFORE * len(payers)
    assert second.payment_count >= AFTER * len(payers)


def wait_for(payers: list[Payer], count: int) -> None:
    wait_until(
        lambda: all(each.made >= count for each in payers),
        what=f"payments before midnight: {[each.made for each in payers]}",
    )


def payments(settling: Settling, narrowed: str = "", *values: Any) -> int:
    query = f"select count(*) from ledger.entry where kind = 'payment' and shop_id = %s {narrowed}"
    rows = ledger_connection().execute(query, [settling.town.shop.pk, *values])  # type: ignore[arg-type]
    return int(rows.fetchall()[0][0])
