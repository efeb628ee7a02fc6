"""A shop is stopped while others say what it takes: once stopped it takes nothing."""

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest

from hansatsu.database.connections import ledger_connection
from hansatsu.ledger import api as ledger
from hansatsu.parties import clock
from hansatsu.parties.issuers.audit import Actor
from hansatsu.parties.issuers.models import AuditEntry
from hansatsu.parties.shops.batch_periods import plan
from hansatsu.parties.shops.batches import apply, draft
from hansatsu.parties.shops.models import BatchKind, Shop
from hansatsu.parties.shops.registering import set_shop_takes, start_shop, stop_shop
from hansatsu.parties.shops.services import set_takes
from tests.support.by_hand import changed
from tests.support.check_folders import check_folder
from tests.support.racing import race
from tests.town import Town

CHECK = check_folder("parties/shops") / "50_stopped_shops_take_nothing.sql"

Takes = Callable[[Actor, Shop, Town], bool]


def by_its_page(by: Actor, shop: Shop, town: Town) -> bool:
    return set_shop_takes(by, shop, [town.all_shops], reason="test")


def in_bulk(by: Actor, shop: Shop, town: Town) -> bool:
    shops, end = [town.large_shop, shop], clock.now() + timedelta(days=1)
    changes = plan(town.issuer, town.all_shops, shops, BatchKind.START, start=None, end=end)
    settings = {"emoney": town.all_shops.pk, "start": None, "end": end.isoformat()}
    batch = draft(by, BatchKind.START, changes, reason="test", settings=settings)
    return bool(apply(by, batch, accounts=False).done)


@pytest.fixture
def by(town: Town) -> Actor:
    return Actor(town.issuer, "staff:1", "事務 一郎", "console")


def wrong(shop: Shop) -> list[str]:
    rows = ledger_connection().execute(CHECK.read_bytes())
    return [row[0] for row in rows.fetchall() if row[0].startswith(f"shop {shop.pk} ")]


def acts(town: Town) -> list[str]:
    return list(AuditEntry.objects.of(town.issuer).order_by("pk").values_list("act", flat=True))


@pytest.mark.parametrize("takes", [by_its_page, in_bulk])
def test_who_saw_it_open_cannot_have_a_stopped_shop_take(
    town: Town, by: Actor, takes: Takes
) -> None:
    seen = Shop.objects.get(pk=town.shop.pk)
    assert stop_shop(by, town.shop, reason="test")
    before = ledger.acceptances(ledger_connection(), town.issuer.pk), acts(town)
    assert seen.open
    assert not takes(by, seen, town)
    assert (ledger.acceptances(ledger_connection(), town.issuer.pk), acts(town)) == before
    assert not wrong(town.shop)


@pytest.mark.parametrize("takes", [by_its_page, in_bulk])
def test_stopped_while_others_have_it_take(town: Town, by: Actor, takes: Takes) -> None:
    for _ in range(8):
        seen = [Shop.objects.get(pk=town.shop.pk) for _ in range(4)]

        def act(place: int, seen: list[Shop] = seen) -> bool:
            if place == 0:
                return stop_shop(by, seen[0], reason="test")
            return takes(by, seen[place], town)

        assert race(act, 4)[0]
        assert not wrong(town.shop)
        assert town.pay(town.resident, town.shop, 1).outcome == "not_accepted"
        assert start_shop(by, town.shop, [], reason="test")


def test_negative_control_without_the_lock_it_takes_on(town: Town, by: Actor) -> None:
    """Code that looked before it was stopped, and did not look again, has it take."""
    looked, stopped = threading.Barrier(2, timeout=60), threading.Event()

    def act(place: int) -> bool:
        seen = Shop.objects.get(pk=town.shop.pk)
        assert seen.open
        looked.wait()
        if place == 0:
            stop_shop(by, seen, reason="test")
            stopped.set()
        else:
            assert stopped.wait(60)
            set_takes(seen, [town.all_shops])
        return True

    race(act, 2)
    assert len(wrong(town.shop)) == 1
    set_takes(town.shop, [])
    assert not wrong(town.shop)


def test_what_a_stopped_shop_takes_or_will_take_is_named(town: Town) -> None:
    stopped = f"update shops_shop set open = false where id = {town.shop.pk}"
    later = [clock.now() + timedelta(hours=hours) for hours in (1, 2)]
    ledger.set_acceptances(
        ledger_connection(),
        issuer_id=town.issuer.pk,
        pairs=[(town.large_shop.pk, town.small_shops.pk)],
        start=later[0],
        end=later[1],
    )
    ledger.end_acceptances(
        ledger_connection(),
        issuer_id=town.issuer.pk,
        pairs=[(town.large_shop.pk, town.all_shops.pk)],
    )
    assert not wrong(town.shop)
    with changed(stopped, stopped.replace(str(town.shop.pk), str(town.large_shop.pk))):
        assert len(wrong(town.shop)) == 2
        assert len(wrong(town.large_shop)) == 1
