"""The story of a resident, a shop, a payment, an order, a card: one query, every kind of record,
nothing twice and nothing left out between pages."""

import secrets
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hansatsu.database.connections import ledger_connection
from hansatsu.flows.charging import refunds
from hansatsu.flows.charging.models import Order, Transfer
from hansatsu.flows.redemption.lookup import Found
from hansatsu.flows.redemption.redeem import take
from hansatsu.flows.support.timelines import (
    FIRST,
    Cursor,
    Row,
    Timeline,
    card_timeline,
    order_timeline,
    payment_timeline,
    read_cursor,
    resident_timeline,
    shop_timeline,
)
from hansatsu.ledger import api as ledger
from hansatsu.ledger.values import StateChange
from hansatsu.messages.relay.relay import relay_batch
from hansatsu.messages.webhooks.models import Endpoint
from hansatsu.messages.webhooks.services import open_endpoint, remove_endpoint
from hansatsu.parties import clock
from hansatsu.parties.cards.stopping import reissue_card, resume_card, stop_card
from hansatsu.parties.identity.devices import revoke_device
from hansatsu.parties.identity.events import record
from hansatsu.parties.issuers.alarms import raise_alarm
from hansatsu.parties.issuers.audit import CONSOLE, Actor, audit, place_of_shop
from hansatsu.parties.programs.purchase_codes import NewCode, make_purchase_codes
from hansatsu.parties.shops.api_keys import make_api_key, revoke_api_key
from hansatsu.parties.shops.services import set_takes
from hansatsu.parties.shops.terminals import revoke_terminal
from hansatsu.web.console.support import timeline_words
from hansatsu.web.console.support.timeline_words import what
from tests.flows.charging.shopper import Shopper, asked_for_account
from tests.support.clerks import Desk
from tests.support.clients import words
from tests.support.waiting import wait_until
from tests.town import Town, make_town

Read = Callable[..., Timeline]


def kinds(rows: list[Row]) -> set[str]:
    return {f"{row.source}:{row.kind}" for row in rows}


def walk(read: Read, about: object, *more: object, limit: int = 3) -> list[Row]:
    """Every page after the other, a small one each; the cursor goes through its address."""
    rows: list[Row] = []
    after: Cursor | None = FIRST
    while after is not None:
        page = read(about, *more, after, limit=limit)
        rows += page.rows
        after = read_cursor(str(page.next)) if page.next else None
    return rows


def story(read: Read, about: object, *more: object) -> list[Row]:
    """All rows of a timeline: one query for a page, and the same rows however they are paged."""
    with CaptureQueriesContext(connection) as queries:
        whole = list(read(about, *more, limit=1000).rows)
    assert len(queries) == 1
    assert walk(read, about, *more) == whole
    assert [row.at for row in whole] == sorted((row.at for row in whole), reverse=True)
    assert [what(row) for row in whole if what(row) == row.kind] == []
    return whole


def worded(source: str) -> set[str]:
    """Every kind of a source that has words."""
    return {each for each in timeline_words.all_words() if each.startswith(f"{source}:")}


def relay() -> None:
    while relay_batch():
        pass


def change(town: Town, change: StateChange, wallet_id: int) -> None:
    outcome = ledger.change_state(
        ledger_connection(),
        change,
        request=ledger.Request.of("test", secrets.token_hex(8)),
        issuer_id=town.issuer.pk,
        wallet_id=wallet_id,
        reason="紛失の届け出",
    )
    assert outcome.outcome == "done"


def expire(town: Town) -> None:
    """Have value of the resident die, and be booked as dead."""
    soon = clock.now() + timedelta(milliseconds=200)
    town.charge(town.resident, town.small_shops, 70, expires_at=soon)
    wait_until(lambda: clock.now() > soon)
    while ledger.expire_due(ledger_connection()):
        pass


def test_of_a_resident() -> None:
    shopper = Shopper(make_town(cards_may_be_taken=True))
    town = shopper.town
    resident, issuer = town.resident, town.issuer
    clerk = Actor(issuer, "staff:1", "事務 一郎", CONSOLE)
    for event in worded("event"):
        record(issuer, event.partition(":")[2], resident=resident, request_address="192.0.2.9")
    order, payment = shopper.charged()
    lapsed = shopper.order()
    shopper.tell("expired", lapsed)
    number = town.pay(resident, town.shop, 300).number
    town.refund(number, 100)
    revoke_device(town.device())
    gift, card = town.gift()[1], town.card(500)[1]
    assert take(resident, Found("gift", gift.pk)) == "done"
    assert take(resident, Found("card", card.pk)) == "done"
    make_purchase_codes(shopper.sale, [NewCode(1, resident=resident)])
    expire(town)
    change(town, "freeze", resident.wallet_id)
    change(town, "unfreeze", resident.wallet_id)
    shopper.tell("disputed", order, payment)
    audit(clerk, "personal_data_shown", f"resident:{resident.pk}", reason="本人から電話")
    relay()
    rows = story(resident_timeline, resident)
    assert {row.source for row in rows} == {
        "entry", "mail", "event", "audit", "order", "device", "code",
    }  # fmt: skip
    entries = {"issue", "payment", "refund", "transfer_in", "expiry", "freeze", "unfreeze"}
    assert {f"entry:{kind}" for kind in (*entries, "issue_reversal")} <= kinds(rows)
    assert worded("event") <= kinds(rows)
    assert worded("order") <= kinds(rows)
    assert worded("device") <= kinds(rows)
    assert {"code:card", "code:gift", "code:purchase"} <= kinds(rows)
    paid = next(row for row in rows if row.kind == "payment" and row.source == "entry")
    assert (paid.amount, paid.detail["number"], paid.detail["shop"]) == (
        -300, number, town.shop.name,
    )  # fmt: skip
    assert resident_timeline(town.add_resident("nobody")).rows == ()


def test_of_a_shop(monkeypatch: pytest.MonkeyPatch) -> None:
    town = make_town()
    town.charge(town.resident, town.all_shops, 1000)
    number = town.pay(town.resident, town.shop, 300).number
    town.refund(number, 100)
    terminal = town.terminal()
    _, key = make_api_key(terminal)
    revoke_api_key(key)
    revoke_terminal(terminal)
    monkeypatch.setattr("hansatsu.messages.webhooks.services._faults", lambda *_: ())
    made = open_endpoint(
        town.shop,
        made_by="staff:1",
        key="",
        url="https://shop.example.jp/",
        events=["payment.paid"],
    ).endpoint
    assert made is not None
    Endpoint.objects.filter(pk=made.pk).update(disabled_at=clock.now())
    remove_endpoint(made)
    set_takes(town.shop, [town.all_shops])
    raise_alarm(town.issuer, kind="wrong_codes", subject=f"terminal:{terminal.pk}", text="10回")
    shop = place_of_shop(town.shop.pk)
    audit(Actor(town.issuer, "staff:2", "店長", shop), "terminal_added", f"terminal:{terminal.pk}")
    audit(Actor(town.issuer, "staff:1", "事務", CONSOLE), "staff_hired", shop)
    rows = story(shop_timeline, town.shop)
    assert {row.source for row in rows} == {
        "entry", "audit", "office", "equipment", "acceptance", "alarm",
    }  # fmt: skip
    assert {"entry:payment", "entry:refund"} <= kinds(rows)
    assert worded("equipment") | worded("acceptance") <= kinds(rows)
    steps = {(row.kind, row.detail["step"]) for row in rows if row.source == "equipment"}
    assert steps == {
        ("terminal", "made"), ("terminal", "ended"), ("key", "made"), ("key", "ended"),
        ("webhook", "made"), ("webhook", "ended"), ("webhook", "disabled"),
    }  # fmt: skip
    assert [row.amount for row in rows if row.source == "entry"] == [-100, 300]
    other = {row.source for row in story(shop_timeline, town.large_shop)}
    assert other == {"acceptance"}


def test_of_a_payment(monkeypatch: pytest.MonkeyPatch) -> None:
    town = make_town()
    monkeypatch.setattr("hansatsu.messages.webhooks.services._faults", lambda *_: ())
    events = ["payment.paid", "payment.refunded"]
    open_endpoint(
        town.shop, made_by="staff:1", key="", url="https://shop.example.jp/", events=events
    )
    town.charge(town.resident, town.all_shops, 1000)
    number = town.pay(town.resident, town.shop, 300).number or ""
    town.refund(number, 100)
    other = town.pay(town.resident, town.shop, 200).number or ""
    audit(Actor(town.issuer, "staff:1", "事務", CONSOLE), "refund", f"payment:{number}")
    relay()
    rows = story(payment_timeline, town.issuer, number)
    assert {row.source for row in rows} == {"entry", "mail", "audit", "webhook"}
    found = kinds(rows)
    assert {"entry:payment", "entry:refund", "mail:payment", "mail:refund"} <= found
    assert len([row for row in rows if row.source == "webhook"]) == 2
    assert other not in str(rows)
    assert payment_timeline(make_town().issuer, number).rows == ()


def of_order(order: Order) -> set[str]:
    return kinds(story(order_timeline, order))


def test_of_an_order() -> None:
    shopper = Shopper()
    issuer = shopper.town.issuer
    order, payment = shopper.charged()
    shopper.tell("disputed", order, payment)
    shopper.tell("dispute_won", order, payment)
    shopper.tell("refunded", order, payment)
    audit(Actor(issuer, "staff:1", "事務", CONSOLE), "refund", f"order:{order.number}")
    relay()
    found = of_order(order)
    again = {"entry:issue", "entry:issue_reversal", "mail:issue", "mail:order_charged_back"}
    assert again <= found
    assert {"order:held", "order:confirmed", "order:paid", "order:charged"} <= found
    assert {"told:paid", "told:disputed", "told:dispute_won", "told:refunded"} <= found
    assert {"checkout:card", "money:order", "task:chargeback", "audit:refund"} <= found

    task = asked_for_account(shopper)
    Transfer.objects.create(
        issuer=issuer,
        task=task,
        resident=task.order.resident,
        yen=task.yen,
        account="sealed",
        made_at=clock.now(),
        paid_at=clock.now(),
        state="paid",
    )
    late = of_order(task.order)
    assert {"told:expired", "order:ended", "money:late", "task:late"} <= late
    assert {"checkout:konbini", "mail:order_account", "mail:order_lapsed"} <= late
    assert worded("transfer") <= late

    card = shopper.order()
    shopper.tell("awaiting", card)
    shopper.tell("failed", card)
    double, first = shopper.charged()
    second = shopper.pays(double)
    assert first != second
    shopper.tell("paid", double, second)
    short, short_payment = shopper.charged()
    shopper.tell("refunded", short, short_payment, amount=1)
    taken_back, _ = shopper.charged()
    refunds.refund_order(taken_back)
    lost, lost_payment = shopper.charged()
    shopper.tell("disputed", lost, lost_payment, about="lost")
    shopper.tell("dispute_lost", lost, lost_payment, about="lost")
    bounced = shopper.order()
    shopper.tell("expired", bounced)
    bounced_payment = shopper.pays(bounced)
    shopper.tell("paid", bounced, bounced_payment)
    shopper.tell("refunded", bounced, bounced_payment, about="bounced")
    shopper.tell("refund_failed", bounced, bounced_payment, about="bounced")
    full, _ = shopper.charged()
    everything = of_order(lost) | of_order(bounced)
    everything |= found | late | of_order(card) | of_order(double) | of_order(short)
    everything |= of_order(taken_back)
    assert any(each.startswith("alarm:") for each in everything)
    for source in ("told", "checkout"):
        assert worded(source) <= everything, source
    of_earlier_versions = {"money:wrong_amount", "task:wrong_amount"}
    assert worded("money") | worded("task") <= everything | of_earlier_versions | {"task:uncharged"}
    assert "entry:issue" in of_order(full)


def test_of_an_order_whose_value_had_no_room() -> None:
    shopper = Shopper(make_town(limits=ledger.Limits(holding=5_000)))
    order = shopper.order()
    shopper.tell("paid", order, shopper.pays(order))
    assert {"task:uncharged", "mail:order_not_charged"} <= of_order(order)


def test_of_a_card() -> None:
    town = make_town(cards_may_be_taken=True)
    _, card = town.card(500)
    assert stop_card(card, actor="staff:1", reason="紛失")
    assert resume_card(card, actor="staff:1", reason="見つかった")
    audit(Actor(town.issuer, "staff:1", "事務", CONSOLE), "card_stopped", f"card:{card.pk}")
    made = reissue_card(card, actor="staff:1", reason="紛失")
    card.refresh_from_db()
    found = kinds(story(card_timeline, card))
    assert {"entry:issue", "entry:freeze", "entry:unfreeze", "entry:transfer_out"} <= found
    assert {"audit:card_stopped", "code:made", "code:replaced"} <= found
    assert made.card is not None
    assert "entry:transfer_in" in kinds(story(card_timeline, made.card))
    taken = town.card(300)[1]
    take(town.resident, Found("card", taken.pk))
    taken.refresh_from_db()
    rows = story(card_timeline, taken)
    assert next(row for row in rows if row.kind == "taken").detail["resident"] == town.resident.pk


@pytest.mark.parametrize(
    "text", ["", "x", "1.2", "1.2.entry", "x..entry.1", "9" * 40 + "..a.b", f"1.{2**63}.a.b"]
)
def test_an_address_that_is_none_of_ours_begins_at_the_beginning(text: str) -> None:
    assert read_cursor(text) == FIRST


def test_the_pages_lead_to_one_another() -> None:
    town = make_town()
    desk = Desk(town.issuer, "support")
    town.charge(town.resident, town.all_shops, 9000)
    number = [town.pay(town.resident, town.shop, 100).number or "" for _ in range(60)][-1]
    shop, payment = f"support/shops/{town.shop.pk}/", f"support/payments/{number}/"
    page = f"support/residents/{town.resident.pk}/"
    shown = words(desk.get(page))
    assert shown.count("data-kind") == 50
    assert f'href="/console/{payment}"' in shown
    assert f'href="/console/{shop}"' in shown
    older = shown.split('href="?after=')[1].split('"')[0]
    assert words(desk.get(f"{page}?after={older}")).count("data-kind") == 11
    assert f'href="/console/{page}"' in words(desk.get(payment))
    assert f'href="/console/{shop}"' in words(desk.get(payment))
    assert f'href="/console/{payment}"' in words(desk.get(shop))
    assert desk.get(f"{page}?after=%00.1.x").status_code == 200


def test_data_and_story_lead_to_each_other_for_who_may_open_both() -> None:
    shopper = Shopper()
    order, _ = shopper.charged()
    issuer, shop = shopper.town.issuer, shopper.town.shop
    both = {
        f"order/{order.pk}/": f"support/orders/{order.number}/",
        f"shop/{shop.pk}/": f"support/shops/{shop.pk}/",
    }
    support, viewer = Desk(issuer, "support"), Desk(issuer, "viewer")
    for data, of_story in both.items():
        assert f'href="/console/{of_story}"' in words(support.get(data))
        assert f'href="/console/{data}"' in words(support.get(of_story))
        assert f'href="/console/{of_story}"' not in words(viewer.get(data))
