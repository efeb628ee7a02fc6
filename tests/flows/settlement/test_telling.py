"""A statement is told of once each, whatever workers do at the same time."""

import json
import threading
from typing import Any
from unittest import mock

import pytest
from django.db import connection

from hansatsu.flows.settlement import telling
from hansatsu.flows.settlement.models import Statement
from hansatsu.flows.settlement.telling import tell_all, tell_batch
from hansatsu.messages.mail.models import Mail
from hansatsu.messages.webhooks.events import PAYMENT_PAID, SETTLEMENT_CLOSED
from hansatsu.messages.webhooks.models import Delivery, Message
from hansatsu.messages.webhooks.services import open_endpoint
from hansatsu.parties.issuers.models import Issuer
from hansatsu.parties.shops.models import Shop
from tests.support.racing import race
from tests.support.settled import Terms, adjustment, close, statement_of
from tests.support.tills import hire
from tests.town import Town, make_town


def listen(shop: Shop, *events: str) -> None:
    opened = open_endpoint(
        shop, made_by="test", key="", url="https://hooks.example/", events=events
    )
    assert opened.outcome == "made"


def messages(issuer: Issuer) -> list[Message]:
    return list(Message.objects.of(issuer).order_by("pk"))


@pytest.fixture
def town() -> Town:
    town = make_town()
    town.charge(town.resident, town.all_shops, 1_000)
    town.pay(town.resident, town.shop, 700)
    return town


def test_a_server_is_told_what_the_api_would_say(town: Town) -> None:
    listen(town.shop, SETTLEMENT_CLOSED, PAYMENT_PAID)
    listen(town.shop, PAYMENT_PAID)
    closing = close(town.issuer)
    statement = statement_of(closing, town.shop)
    assert tell_all(town.issuer) == 2
    (message,) = messages(town.issuer)
    assert Delivery.objects.filter(message=message).count() == 1
    told = json.loads(message.body)
    assert (told["type"], told["version"]) == (SETTLEMENT_CLOSED, 1)
    data = told["data"]
    assert (data["id"], data["payout"], data["shop"]) == (statement.number, 700, "S0001")
    assert data["proof"]["leaf"] == bytes(statement.leaf).hex()
    assert "567" not in message.body  # where it is paid to


def test_what_was_told_is_not_told_again(town: Town) -> None:
    listen(town.shop, SETTLEMENT_CLOSED)
    close(town.issuer)
    assert (tell_all(town.issuer), tell_all(town.issuer)) == (2, 0)
    assert len(messages(town.issuer)) == 1
    assert not Statement.objects.of(town.issuer).filter(told_at=None).exists()


def test_a_statement_of_nothing_is_told_to_servers_too(town: Town) -> None:
    listen(town.large_shop, SETTLEMENT_CLOSED)
    close(town.issuer)
    tell_all(town.issuer)
    (message,) = messages(town.issuer)
    assert json.loads(message.body)["data"]["state"] == "nothing"


def reach(*shops: Shop) -> None:
    Shop.objects.filter(pk__in=[each.pk for each in shops]).update(contact_email="mise@example.jp")


def test_a_shop_is_written_to_with_the_amount_and_the_day(town: Town) -> None:
    reach(town.shop, town.large_shop)
    closing = close(town.issuer)
    tell_all(town.issuer)
    (mail,) = Mail.objects.of(town.issuer)  # the large shop took nothing
    assert (mail.to, mail.kind) == ("mise@example.jp", "statement")
    assert mail.subject == "【小山市共通商品券】精算書のお知らせ"
    day = closing.pay_on
    for said in ("700円", f"{day.year}年{day.month}月{day.day}日", "0001-S0001", "天王洲飯店"):
        assert said in mail.text, said
    assert f"/shop/statements/{closing.number}/" in mail.text
    assert "567" not in mail.text + mail.html  # where it is paid to


def test_what_is_only_carried_is_told_without_a_day(town: Town) -> None:
    reach(town.large_shop)
    owed = adjustment(town.large_shop, -300, hire(town.shop), hire(town.shop))
    close(town.issuer, terms=Terms(adjusted={town.large_shop.pk: [owed]}))
    tell_all(town.issuer)
    (mail,) = Mail.objects.of(town.issuer)
    assert "-300円" in mail.text
    assert "お支払日" not in mail.text


def test_a_shop_without_an_address_is_not_written_to(town: Town) -> None:
    close(town.issuer)
    tell_all(town.issuer)
    assert not Mail.objects.of(town.issuer).exists()


def test_another_issuers_are_left(town: Town) -> None:
    other = make_town()
    close(other.issuer)
    close(town.issuer)
    tell_all(town.issuer)
    assert Statement.objects.of(other.issuer).filter(told_at=None).count() == 2


def test_what_fails_on_the_way_is_told_later(town: Town) -> None:
    listen(town.shop, SETTLEMENT_CLOSED)
    reach(town.shop)
    close(town.issuer)
    with (
        mock.patch.object(telling, "announce", side_effect=RuntimeError),
        pytest.raises(RuntimeError),
    ):
        tell_batch(town.issuer)
    assert Statement.objects.of(town.issuer).filter(told_at=None).count() == 2
    tell_all(town.issuer)
    assert len(messages(town.issuer)) == 1
    assert Mail.objects.of(town.issuer).count() == 1


def unlocked(issuer: Issuer) -> Any:
    """What ``telling`` reads, with the lock off."""
    return Statement.objects.of(issuer).filter(told_at=None).order_by("pk")


@pytest.mark.parametrize(("locks", "told"), [(False, 2), (True, 1)], ids=["off", "on"])
def test_of_workers_at_once_one_tells(town: Town, locks: bool, told: int) -> None:
    """With the lock off both tell: so the race is one."""
    listen(town.shop, SETTLEMENT_CLOSED)
    reach(town.shop)
    close(town.issuer)
    both_have_read = threading.Barrier(2, timeout=60)
    real = telling.announce

    def announce(*args: Any) -> int:
        both_have_read.wait()
        return real(*args)

    with mock.patch.object(telling, "announce", announce):
        if locks:
            race(lambda _: tell_batch(town.issuer), 2)
        else:
            with mock.patch.object(telling, "_held", unlocked):
                race(lambda _: tell_batch(town.issuer), 2)
    connection.close()
    assert len(messages(town.issuer)) == told
    assert Mail.objects.of(town.issuer).count() == told
