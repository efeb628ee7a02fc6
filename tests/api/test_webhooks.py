"""Endpoints over HTTP: made, tried, looked at, removed; each shop its own."""

from collections.abc import Callable

import pytest

from hansatsu.messages.webhooks.models import Delivery, Endpoint
from hansatsu.messages.webhooks.sending import Answer
from hansatsu.parties.shops.api_keys import make_api_key
from tests.messages.webhooks.endpoints import note
from tests.support.pos import ApiProcesses, Pos
from tests.town import Town

PATH = "/webhook-endpoints"
NEW = {"url": "https://hooks.shop.example/", "events": ["payment.refunded", "payment.paid"]}


def made(till: Pos) -> dict[str, str]:
    answer = till.call("POST", PATH, NEW)
    assert answer.status == 201, answer
    found: dict[str, str] = answer.json
    return found


def test_an_endpoint_is_made_listed_and_removed_and_its_secret_shown_once(
    till: Pos, town: Town
) -> None:
    opened = made(till)
    secret = opened.pop("secret")
    assert secret.startswith("whsec_")
    assert opened["status"] == "enabled"
    listed = till.call("GET", PATH)
    assert listed.json == {"items": [opened], "next_cursor": None}
    assert secret not in listed.data.decode()
    assert till.call("DELETE", f"{PATH}/{opened['id']}").status == 204
    assert till.call("GET", PATH).json["items"] == []
    assert till.call("DELETE", f"{PATH}/{opened['id']}").code == "not_found"


def test_the_same_key_makes_one_endpoint(till: Pos, town: Town) -> None:
    first = till.call("POST", PATH, NEW, idempotency_key="once")
    again = till.call("POST", PATH, NEW, idempotency_key="once")
    assert (first.status, again.status) == (201, 201)
    assert first.data == again.data
    assert again.headers["idempotent-replayed"] == "true"
    other = till.call("POST", PATH, NEW | {"events": ["payment.paid"]}, idempotency_key="once")
    assert (other.status, other.code) == (409, "idempotency_key_conflict")
    assert Endpoint.objects.filter(shop=town.shop).count() == 1


def test_a_key_whose_endpoint_was_removed_makes_and_shows_nothing(till: Pos, town: Town) -> None:
    first = till.call("POST", PATH, NEW, idempotency_key="once").json
    assert till.call("DELETE", f"{PATH}/{first['id']}").status == 204
    again = till.call("POST", PATH, NEW, idempotency_key="once")
    assert (again.status, again.code) == (404, "not_found")
    assert "removed" in again.json["detail"]
    assert first["secret"] not in again.data.decode()
    other = till.call("POST", PATH, NEW | {"events": ["payment.paid"]}, idempotency_key="once")
    assert (other.status, other.code) == (409, "idempotency_key_conflict")
    assert till.call("GET", PATH).json["items"] == []
    assert Endpoint.objects.filter(shop=town.shop).count() == 1


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"url": "http://hooks.shop.example/"}, "url"),
        ({"url": "https://169.254.169.254/"}, "url"),
        ({"url": "https://hooks.shop.example:22/"}, "url"),
        ({"url": "https://me:secret@hooks.shop.example/"}, "url"),
        ({"url": 7}, "url"),
        ({"events": []}, "events"),
        ({"events": ["payment.lost"]}, "events"),
    ],
)
def test_what_cannot_be_an_endpoint_is_refused_and_nothing_is_made(
    till: Pos, town: Town, change: dict[str, object], field: str
) -> None:
    answer = till.call("POST", PATH, NEW | change)
    assert (answer.status, answer.code) == (422, "invalid_request")
    assert answer.json["errors"][0]["field"].startswith(field)
    assert not Endpoint.objects.filter(shop=town.shop).exists()


def test_a_shop_has_ten_at_most(till: Pos, town: Town) -> None:
    for _ in range(10):
        made(till)
    assert till.call("POST", PATH, NEW).code == "invalid_request"
    assert Endpoint.objects.filter(shop=town.shop).count() == 10


def test_it_needs_the_scope(till_with: Callable[..., Pos]) -> None:
    till = till_with("pay", "refund_today", "refund_any")
    for method, path in (("GET", PATH), ("DELETE", f"{PATH}/1"), ("POST", f"{PATH}/1/test")):
        assert till.call(method, path).code == "forbidden"
    assert till.call("POST", PATH, NEW).code == "forbidden"


def test_another_shops_endpoint_is_not_found(api: ApiProcesses, till: Pos, town: Town) -> None:
    opened = made(till)
    number = till.call("POST", f"{PATH}/{opened['id']}/test").json["n"]
    terminal = town.terminal(town.large_shop)
    other = Pos(api.port, make_api_key(terminal, ("webhooks",))[0])
    assert other.call("GET", PATH).json["items"] == []
    for method, path in (
        ("DELETE", ""),
        ("POST", "/test"),
        ("POST", "/enable"),
        ("POST", "/rotate-secret"),
        ("GET", "/deliveries"),
        ("POST", f"/deliveries/{number}/redeliver"),
    ):
        assert other.call(method, f"{PATH}/{opened['id']}{path}").code == "not_found"
    assert Endpoint.objects.get(pk=opened["id"]).removed_at is None
    assert Delivery.objects.filter(endpoint=opened["id"]).count() == 1
    for odd in ("x", "%C2%B2", "9" * 40, "-1"):
        assert till.call("POST", f"{PATH}/{odd}/test").status == 404


def test_deliveries_are_told_page_by_page_with_their_attempts(till: Pos, town: Town) -> None:
    opened = made(till)
    here = f"{PATH}/{opened['id']}"
    numbers = [till.call("POST", f"{here}/test").json["n"] for _ in range(3)]
    note(Delivery.objects.get(pk=numbers[0]), Answer(500, 12, excerpt="いま忙しい"))
    note(Delivery.objects.get(pk=numbers[1]), Answer(None, 5000, "timeout"))
    page = till.call("GET", f"{here}/deliveries?limit=2").json
    assert [each["n"] for each in page["items"]] == numbers[:0:-1]
    assert page["items"][1]["attempts"][0]["error"] == "timeout"
    rest = till.call("GET", f"{here}/deliveries?limit=2&cursor={page['next_cursor']}").json
    assert rest["next_cursor"] is None
    (last,) = rest["items"]
    assert (last["event"], last["state"], last["object"]) == ("webhook.test", "waiting", None)
    assert last["attempts"][0]["status"] == 500
    assert last["attempts"][0]["response"] == "いま忙しい"
    assert last["next_try_at"]
    again = till.call("POST", f"{here}/deliveries/{numbers[0]}/redeliver")
    assert (again.status, again.json["webhook_id"]) == (202, last["webhook_id"])
    assert till.call("POST", f"{here}/deliveries/999999999/redeliver").code == "not_found"
    assert till.call("GET", f"{here}/deliveries?cursor=x").code == "invalid_request"


def test_a_disabled_endpoint_is_enabled_and_a_secret_changed(till: Pos, town: Town) -> None:
    opened = made(till)
    here = f"{PATH}/{opened['id']}"
    number = till.call("POST", f"{here}/test").json["n"]
    note(Delivery.objects.get(pk=number), Answer(410, 1))
    assert till.call("GET", PATH).json["items"][0]["status"] == "disabled"
    assert till.call("POST", f"{here}/enable").json["status"] == "enabled"
    secret = till.call("POST", f"{here}/rotate-secret").json["secret"]
    assert secret.startswith("whsec_")
    assert secret != opened["secret"]
