"""Delivering: verified by the receiver's library, repeated under one id, and apart from others."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.utils import timezone
from standardwebhooks.webhooks import WebhookVerificationError

from hansatsu.messages.payment_object import payment_told
from hansatsu.messages.relay.relay import relay_batch
from hansatsu.messages.webhooks.claiming import AT_ONCE, HOLD, claim
from hansatsu.messages.webhooks.courier import ROOM, Courier, keep, take_up
from hansatsu.messages.webhooks.models import Attempt, Delivery, Endpoint, Message, State
from hansatsu.messages.webhooks.outcomes import note_all
from hansatsu.messages.webhooks.retention import forget_old_messages
from hansatsu.messages.webhooks.schedule import pause_after, wait_after
from hansatsu.messages.webhooks.sending import Answer, Sender
from hansatsu.messages.webhooks.services import (
    enable_endpoint,
    redeliver,
    remove_endpoint,
    rotate_secret,
    send_test,
)
from hansatsu.parties.issuers.models import Alarm
from tests.messages.webhooks.endpoints import OWN_MACHINE, note, opened, work_until
from tests.support.receivers import Receiver
from tests.town import Town

URL = "https://hooks.shop.example/"
NO = Answer(500, 10)
YES = Answer(200, 10)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as running:
        yield running


def states() -> list[str]:
    return [each.state for each in Delivery.objects.order_by("pk")]


def all_delivered(count: int) -> bool:
    return states() == ["delivered"] * count


def paid(town: Town, *amounts: int) -> list[str]:
    """Payments at the shop, relayed; returns their numbers."""
    numbers = [town.pay(town.resident, town.shop, amount).number or "" for amount in amounts]
    relay_batch()
    return numbers


def waiting(town: Town) -> tuple[Endpoint, Delivery]:
    """An endpoint with one delivery that waits."""
    endpoint, _ = opened(town.shop, URL)
    paid(town, 100)
    return endpoint, Delivery.objects.get()


def again[Row: (Endpoint, Delivery)](row: Row) -> Row:
    row.refresh_from_db()
    return row


def test_the_receiver_verifies_it_and_reads_the_payment_as_the_api_shows_it(
    town: Town, receiver: Receiver
) -> None:
    _, secret = opened(town.shop, receiver.url)
    (number,) = paid(town, 300)
    refund = town.refund(number, 100)
    relay_batch()
    work_until(lambda: all_delivered(2))
    bodies = {each["type"]: each for each in (r.verified(secret) for r in receiver.requests)}
    refunded = bodies["payment.refunded"]
    assert refunded["data"] == payment_told(town.shop, number)
    assert refunded["data"]["refunds"][0]["id"] == refund.number
    assert refunded["version"] == 2
    assert set(refunded) == {"type", "timestamp", "version", "data"}
    assert bodies["payment.paid"]["data"]["id"] == number
    assert len(set(receiver.ids())) == 2
    with pytest.raises(WebhookVerificationError):
        receiver.requests[0].verified("whsec_" + "A" * 40)


def test_a_receiver_that_is_down_gets_everything_later_under_the_same_ids(
    town: Town, receiver: Receiver
) -> None:
    endpoint, secret = opened(town.shop, receiver.url)
    receiver.status = 503
    numbers = paid(town, 1, 2, 3)
    work_until(lambda: Delivery.objects.filter(tries__gte=1).exists())
    first = set(receiver.ids())
    assert again(endpoint).failures >= 1
    receiver.status = 200
    receiver.requests.clear()
    Delivery.objects.update(due_at=timezone.now())
    Endpoint.objects.update(paused_until=None)
    work_until(lambda: all_delivered(3))
    assert {r.verified(secret)["data"]["id"] for r in receiver.requests} == set(numbers)
    assert first <= set(receiver.ids())
    assert (again(endpoint).failures, endpoint.failing_since) == (0, None)


def test_after_a_rotation_both_secrets_verify_for_a_day(town: Town, receiver: Receiver) -> None:
    endpoint, former = opened(town.shop, receiver.url)
    secret = rotate_secret(endpoint)
    assert secret != former
    send_test(endpoint)
    work_until(lambda: all_delivered(1))
    (request,) = receiver.requests
    assert request.verified(secret)["type"] == "webhook.test"
    assert request.verified(former)["data"] == {"shop": "S0001"}
    assert len(request.headers["webhook-signature"].split()) == 2
    Endpoint.objects.update(former_until=timezone.now())
    send_test(endpoint)
    work_until(lambda: all_delivered(2))
    assert receiver.requests[1].verified(secret)
    with pytest.raises(WebhookVerificationError):
        receiver.requests[1].verified(former)


def test_secrets_are_not_to_be_read_in_the_database(town: Town) -> None:
    _, secret = opened(town.shop, URL)
    assert secret.startswith("whsec_")
    row = Endpoint.objects.values().get()
    assert not any(secret[6:] in str(value) for value in row.values())


def test_a_receiver_that_hangs_holds_its_share_and_delays_no_other(
    town: Town, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(ROOM, "quick", 6)
    monkeypatch.setitem(AT_ONCE, "quick", 4)
    with Receiver(hang=True) as hanging:
        opened(town.shop, hanging.url)
        opened(town.shop, receiver.url)
        paid(town, *range(1, 9))
        sender = Sender(OWN_MACHINE, patience=20)
        others = Delivery.objects.filter(endpoint__url=receiver.url, state=State.DELIVERED)

        held = 0

        def quick_ones_are_through() -> bool:
            nonlocal held
            if len(hanging.requests) > AT_ONCE["quick"]:
                hanging.let_go()
                return True
            if others.count() < 8:
                return False
            held = len(hanging.requests)
            hanging.let_go()
            return True

        work_until(quick_ones_are_through, sender)
    assert len(receiver.requests) == 8
    assert 1 <= held <= AT_ONCE["quick"]


def test_what_was_on_its_way_when_the_worker_was_killed_is_sent_again(
    town: Town, receiver: Receiver
) -> None:
    """A receiver got a set of messages, and the worker ended before it knew."""
    endpoint, secret = opened(town.shop, receiver.url)
    numbers = paid(town, 1, 2, 3)
    receiver.hang = True

    async def work_until_killed() -> None:
        working = asyncio.create_task(Courier(Sender(OWN_MACHINE)).run(asyncio.Event()))
        async with asyncio.timeout(30):
            while len(receiver.requests) < 3:
                await asyncio.sleep(0.01)
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()
        await asyncio.wait({working})

    asyncio.run(work_until_killed())
    first = set(receiver.ids())
    assert states() == ["waiting"] * 3
    assert claim("quick", 16) == [], "another worker must not take them yet"
    receiver.hang = False
    Delivery.objects.update(held_until=timezone.now())
    work_until(lambda: all_delivered(3))
    assert {each.verified(secret)["data"]["id"] for each in receiver.requests} == set(numbers)
    assert set(receiver.ids()) == first
    assert again(endpoint).failures == 0
    assert Attempt.objects.count() == 3


def test_many_are_claimed_signed_and_kept_in_as_many_statements_as_one(
    town: Town, django_statements: list[str]
) -> None:
    opened(town.shop, URL)
    counts = []
    for amounts in ([1], [2] * 8):
        paid(town, *amounts)
        django_statements.clear()
        parcels = take_up("quick", 16, {})
        assert len(parcels) == len(amounts)
        keep([(each.delivery, YES) for each in parcels])
        counts.append(len(django_statements))
    assert counts[0] == counts[1]
    assert all_delivered(9)
    assert Attempt.objects.filter(status=200, delivery__tries=1).count() == 9


def test_places_that_are_taken_are_not_given_twice(town: Town) -> None:
    endpoint, _ = opened(town.shop, URL)
    paid(town, *[1] * 20)
    some = claim("quick", 256, {endpoint.pk: AT_ONCE["quick"] - 2})
    assert len(some) == 2
    assert claim("quick", 256, {endpoint.pk: AT_ONCE["quick"]}) == []
    assert len(claim("quick", 256)) == AT_ONCE["quick"]


def test_one_that_cannot_be_told_or_kept_holds_up_no_other(town: Town) -> None:
    opened(town.shop, URL)
    paid(town, 1, 2, 3)
    Message.objects.filter(deliveries=Delivery.objects.order_by("pk")[0]).update(object_id="none")
    second, third = take_up("quick", 16, {})
    Delivery.objects.filter(pk=second.delivery.pk).delete()
    keep([(second.delivery, YES), (third.delivery, YES)])
    assert states() == ["waiting", "delivered"]
    assert Attempt.objects.get().delivery == third.delivery


def test_outcomes_of_one_set_count_in_the_order_they_came(town: Town) -> None:
    endpoint, _ = opened(town.shop, URL)
    paid(town, 1, 2, 3, 4, 5, 6)
    early, late, first, second, third, fourth = claim("quick", 16)
    note_all([(early, NO), (late, YES)])
    assert again(endpoint).failures == 0
    note_all([(first, NO), (second, YES), (third, NO), (fourth, NO)])
    assert again(endpoint).failures == 1
    assert sorted(states()) == ["delivered"] * 2 + ["waiting"] * 4


def test_a_failing_endpoint_is_in_the_slow_lane_one_message_at_a_time(town: Town) -> None:
    endpoint, _ = opened(town.shop, URL)
    paid(town, 1, 2, 3)
    (first, *_) = claim("quick", 1)
    note(first, NO)
    assert claim("quick", 16) == []
    assert len(claim("slow", 16)) == 1
    assert claim("slow", 16, busy={endpoint.pk: 1}) == []


def test_what_was_claimed_is_nobody_elses_until_its_hold_is_over(town: Town) -> None:
    _, delivery = waiting(town)
    assert [each.pk for each in claim("quick", 16)] == [delivery.pk]
    assert claim("quick", 16) == []
    held = again(delivery).held_until
    assert held is not None
    Delivery.objects.update(held_until=held - HOLD)
    assert [each.pk for each in claim("quick", 16)] == [delivery.pk]


def test_tries_come_soon_then_seldom_and_end_after_a_day(town: Town) -> None:
    endpoint, delivery = waiting(town)
    now = delivery.due_at
    waits = []
    while again(delivery).state == "waiting":
        now = max(now, delivery.due_at)
        note(delivery, NO, now)
        waits.append((again(delivery).due_at - now).total_seconds())
    assert 12 <= delivery.tries <= 17
    assert delivery.state == "failed"
    assert now == delivery.give_up_at
    assert delivery.give_up_at - delivery.created_at == timedelta(days=1)
    assert waits[0] < 7
    assert all(4 <= waits[n] / 3**n <= 6 for n in range(6))
    assert max(waits) < 4 * 60 * 60 * 1.21
    assert delivery.attempts.count() == delivery.tries
    assert again(endpoint).disabled_at is None


def test_waits_are_jittered_and_pauses_grow_to_a_quarter_of_an_hour() -> None:
    assert len({wait_after(3) for _ in range(10)}) > 1
    assert pause_after(2) is None
    pauses = [pause_after(n) for n in (3, 4, 50)]
    assert [round(p.total_seconds() / 60, 1) for p in pauses if p][2] <= 18
    assert all(p is not None for p in pauses)


def test_failures_that_were_under_way_together_are_one(town: Town) -> None:
    endpoint, _ = opened(town.shop, URL)
    paid(town, 1, 2, 3, 4)
    deliveries = claim("quick", 16)
    now = timezone.now()
    for delivery in deliveries:
        note(delivery, Answer(None, 5_000, "timeout"), now)
    assert again(endpoint).failures == 1
    note(deliveries[0], Answer(None, 1_000, "timeout"), now + timedelta(seconds=10))
    assert again(endpoint).failures == 2


def test_a_paused_endpoint_is_sent_only_what_was_asked_for_by_hand(town: Town) -> None:
    endpoint, delivery = waiting(town)
    Endpoint.objects.update(failures=3, paused_until=timezone.now() + timedelta(minutes=1))
    assert claim("slow", 16) == []
    test = send_test(endpoint)
    assert [each.pk for each in claim("slow", 16)] == [test.pk]
    assert redeliver(endpoint, delivery.pk) is not None
    assert [each.pk for each in claim("slow", 16)] == [delivery.pk]


def test_an_endpoint_that_is_back_gets_what_waited_at_once(town: Town) -> None:
    endpoint, _ = opened(town.shop, URL)
    paid(town, 1, 2, 3)
    first, second, refused = Delivery.objects.order_by("pk")
    later = timezone.now() + timedelta(hours=3)
    Delivery.objects.update(due_at=later, tries=2)
    Delivery.objects.filter(pk=refused.pk).update(tries=9)
    Endpoint.objects.update(failures=4, failing_since=timezone.now())
    note(first, YES)
    assert again(second).due_at <= timezone.now()
    assert again(refused).due_at == later, "what it alone refuses keeps to its times"
    assert again(endpoint).failures == 0


def test_days_of_failure_disable_it_and_raise_an_alarm(town: Town) -> None:
    endpoint, delivery = waiting(town)
    start = timezone.now()
    note(delivery, NO, start)
    note(delivery, NO, start + timedelta(days=2, hours=23))
    assert again(endpoint).disabled_at is None
    note(delivery, NO, start + timedelta(days=3, seconds=1))
    assert again(endpoint).disabled_at is not None
    assert endpoint.disabled_because == "failing"
    alarm = Alarm.objects.of(town.issuer).get(kind="webhook_disabled")
    assert URL in alarm.text
    note(delivery, NO, start + timedelta(days=3, seconds=9))
    assert Alarm.objects.of(town.issuer).count() == 1
    redeliver(endpoint, delivery.pk)
    enable_endpoint(endpoint)
    assert (again(endpoint).disabled_at, endpoint.failures) == (None, 0)
    assert len(claim("quick", 16)) == 1


def test_a_receiver_that_says_gone_is_disabled_at_once(town: Town, receiver: Receiver) -> None:
    endpoint, _ = opened(town.shop, receiver.url)
    receiver.status = 410
    paid(town, 100)
    work_until(lambda: again(endpoint).disabled_at is not None)
    assert endpoint.disabled_because == "gone"


def test_redelivery_repeats_what_was_delivered_word_for_word(
    town: Town, receiver: Receiver
) -> None:
    endpoint, secret = opened(town.shop, receiver.url)
    (number,) = paid(town, 300)
    work_until(lambda: all_delivered(1))
    town.refund(number)
    delivery = redeliver(endpoint, Delivery.objects.get().pk)
    assert delivery is not None
    assert delivery.state == "waiting"
    work_until(lambda: all_delivered(1))
    first, second = receiver.requests
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert first.body == second.body
    assert second.verified(secret)
    other, _ = opened(town.large_shop, URL)
    assert redeliver(other, delivery.pk) is None


def test_a_removed_endpoint_is_sent_nothing_more(town: Town) -> None:
    endpoint, delivery = waiting(town)
    remove_endpoint(endpoint)
    remove_endpoint(endpoint)
    assert again(delivery).state == "dropped"
    assert claim("quick", 16) == []


def test_what_is_old_and_over_is_forgotten(town: Town) -> None:
    _, delivery = waiting(town)
    Message.objects.update(at=timezone.now() - timedelta(days=40))
    assert forget_old_messages() == 0
    note(delivery, YES)
    assert forget_old_messages() == 1
    assert not Delivery.objects.exists()
