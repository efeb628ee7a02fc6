"""Every code of the contract, in its order, and that nothing has changed."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from hansatsu.database.connections import ledger_connection
from hansatsu.flows.payments.code_validity import key_of
from hansatsu.flows.payments.day_book import day_book
from hansatsu.flows.payments.models import PracticeCode
from hansatsu.formats.japan import in_japan
from hansatsu.formats.qr.bearer_code import CARD, new_code
from hansatsu.formats.qr.pay_code import step_of, totp, write_pay_code
from hansatsu.parties import clock
from hansatsu.parties.cards.stopping import reissue_card
from hansatsu.parties.shops.api_keys import list_api_keys, make_api_key, revoke_api_key
from hansatsu.parties.shops.models import WrongCode
from hansatsu.parties.shops.terminals import revoke_terminal
from tests.ledger.books import rows_of
from tests.support.pos import ApiProcesses, Pos, new_key
from tests.support.waiting import wait_until
from tests.town import Town, make_town


def test_without_a_key_nothing_is_said(api: ApiProcesses) -> None:
    for key in ("", "hk_", "hk_" + "a" * 40, "é", "x" * 5000):
        nobody = Pos(api.port, "")
        headers = {"Authorization": f"Bearer {key}".encode().decode("latin-1")}
        for path in ("/shop", "/payments", "/nothing"):
            refused = nobody.call("GET", path, headers=headers)
            assert (refused.status, refused.code) == (401, "unauthorized")
            assert refused.headers["www-authenticate"] == "Bearer"
    assert nobody.call("POST", "/payments", b"{").code == "unauthorized"
    assert nobody.call("POST", "/payments", b"x" * 100_000).code == "unauthorized"
    assert nobody.call("PATCH", "/payments").code == "unauthorized"


def test_a_revoked_key_is_refused_within_a_second(town: Town, till: Pos) -> None:
    assert till.call("GET", "/shop").status == 200
    (row,) = list_api_keys(town.shop)
    revoke_api_key(row)
    wait_until(lambda: till.call("GET", "/shop").status == 401, seconds=1, what="the refusal")


def test_a_revoked_terminal_is_refused(api: ApiProcesses, town: Town) -> None:
    terminal = town.terminal()
    key, _ = make_api_key(terminal)
    revoke_terminal(terminal)
    assert Pos(api.port, key).call("GET", "/shop").code == "unauthorized"


def test_scopes(town: Town, till: Pos, till_with: Callable[..., Pos]) -> None:
    number = till.pay(town.card(500)[0], 200).json["id"]
    watcher, payer = till_with("webhooks"), till_with("pay")
    assert watcher.pay(town.card(500)[0], 100).code == "forbidden"
    assert watcher.cancel("k").code == "forbidden"
    assert watcher.call("POST", "/inquiries", {"code": "x"}).code == "forbidden"
    assert watcher.call("POST", "/sandbox/codes", {"scenario": "ok"}).code == "forbidden"
    assert payer.refund(number).code == "forbidden"
    assert till.call("GET", f"/payments/{number}").json["refunds"] == []


def test_what_is_not_there(town: Town, till: Pos) -> None:
    assert till.call("GET", "/nothing").code == "not_found"
    for number in ("OEM1", "a%00b", "%ff", "x" * 300, "1;--"):
        assert till.call("GET", f"/payments/{number}").code == "not_found", number
        assert till.call("POST", f"/payments/{number}/refunds", idempotency_key="k").code in (
            "not_found",
        )


def test_another_shops_and_issuers_payments_are_not_there(
    api: ApiProcesses, town: Town, till: Pos
) -> None:
    number = till.pay(town.card(500)[0], 200).json["id"]
    other = make_town()
    for terminal in (town.terminal(town.large_shop), other.terminal()):
        stranger = Pos(api.port, make_api_key(terminal, ["pay", "refund_any"])[0])
        assert stranger.call("GET", f"/payments/{number}").code == "not_found"
        assert stranger.refund(number).code == "not_found"
        assert stranger.call("GET", "/payments").json["items"] == []
    assert stranger.pay(town.card(500)[0], 100).code == "unknown_code"
    assert till.call("GET", f"/payments/{number}").json["refundable"] == 200


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "FANCY"])
def test_methods_that_do_not_exist(till: Pos, method: str) -> None:
    refused = till.call(method, "/payments")
    assert (refused.status, refused.code) == (405, "method_not_allowed")


def test_too_large(till: Pos) -> None:
    for size in (16 * 1024 + 1, 100_000):
        refused = till.call("POST", "/payments", b"x" * size, idempotency_key="k")
        assert (refused.status, refused.code) == (413, "content_too_large")


def test_not_json(town: Town, till: Pos) -> None:
    for kind in (
        "text/plain",
        "",
        "application/x-www-form-urlencoded",
        "application/json; charset=shift_jis",
        'application/json;CHARSET="utf-16"',
        "application/json; charset=utf-8; charset=euc-jp",
    ):
        refused = till.call(
            "POST", "/payments", b"{}", idempotency_key="k", headers={"Content-Type": kind}
        )
        assert (refused.status, refused.code) == (415, "unsupported_media_type")
    for kind in ("Application/JSON; charset=utf-8", 'application/json;charset="UTF-8"; q=1'):
        asked = {"code": town.card(1)[0]}
        fine = till.call("POST", "/inquiries", asked, headers={"Content-Type": kind})
        assert fine.status == 200


@pytest.mark.parametrize("charset", ["shift_jis", "utf-16", "latin1"])
def test_another_charset_moves_no_money(town: Town, till: Pos, charset: str) -> None:
    code, card = town.card(500)
    number = till.pay(code, 200).json["id"]
    before = rows_of(ledger_connection(), card.wallet_id)
    headers = {"Content-Type": f"application/json; charset={charset}"}
    for path, body in (
        ("/payments", {"code": code, "amount": 100}),
        (f"/payments/{number}/refunds", {"amount": 100}),
        ("/payments/cancellations", {"idempotency_key": "k"}),
    ):
        refused = till.call("POST", path, body, idempotency_key=new_key(), headers=headers)
        assert (refused.status, refused.code) == (415, "unsupported_media_type")
    assert rows_of(ledger_connection(), card.wallet_id) == before


def test_a_field_that_stands_twice_moves_no_money(town: Town, till: Pos) -> None:
    """Readers differ in which one they take: what the till meant is not known."""
    code, card = town.card(500)
    number = till.pay(code, 200).json["id"]
    before = rows_of(ledger_connection(), card.wallet_id)
    for path, body in (
        ("/payments", f'{{"code":"{code}","amount":1,"amount":50}}'),
        ("/payments", f'{{"code":"{code}","amount":1,"\\u0061mount":1}}'),
        ("/payments", f'{{"code":"x","amount":1,"code":"{code}"}}'),
        (f"/payments/{number}/refunds", '{"amount":1,"reason":"a","amount":2}'),
        ("/payments/cancellations", '{"idempotency_key":"a","idempotency_key":"b"}'),
    ):
        refused = till.call("POST", path, body.encode(), idempotency_key=new_key())
        assert (refused.status, refused.code) == (422, "invalid_request"), body
    assert rows_of(ledger_connection(), card.wallet_id) == before


@pytest.mark.parametrize("key", [None, "", "x" * 256, "キー", "a\tb"])
def test_without_a_proper_idempotency_key(town: Town, till: Pos, key: str | None) -> None:
    _, card = town.card(100)
    before = rows_of(ledger_connection(), card.wallet_id)
    sent = None if key is None else key.encode().decode("latin-1")
    for path in ("/payments", "/payments/X1/refunds"):
        refused = till.call("POST", path, b"{", idempotency_key=sent)
        assert (refused.status, refused.code) == (400, "idempotency_key_required")
    assert rows_of(ledger_connection(), card.wallet_id) == before


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b'"\xff"',
        b"[" * 10_000,
        b'{"code":"secret-code"}',
        b'{"amount":1}',
        b'{"code":"secret-code","amount":0}',
        b'{"code":"secret-code","amount":-1}',
        b'{"code":"secret-code","amount":1.5}',
        b'{"code":"secret-code","amount":"1"}',
        b'{"code":"secret-code","amount":true}',
        b'{"code":"secret-code","amount":1e99}',
        b'{"code":"secret-code","amount":' + b"9" * 500 + b"}",
        b'{"code":"secret-code\\u0000","amount":1}',
        b'{"code":"\\ud800","amount":1}',
        b'{"code":"","amount":1}',
        b'{"code":"secret-code","amount":1,"reference":"\\u0000"}',
        b'{"code":"secret-code","amount":1,"reference":"till-1\\n"}',
        b'{"code":"secret-code","amount":1,"reference":"\\u000b"}',
        b'{"code":"secret-code","amount":1,"reference":"\\ufffe"}',
        b'{"code":"secret-code","amount":1,"reference":"\\udfff"}',
        b'{"code":"secret-code","amount":1,"secret-field":1}',
        b'{"code":"secret-code","amount":1,"reference":"' + b"x" * 101 + b'"}',
    ],
)
def test_bodies_that_are_not_as_they_must_be(till: Pos, body: bytes) -> None:
    refused = till.call("POST", "/payments", body, idempotency_key=new_key())
    assert (refused.status, refused.code) == (422, "invalid_request")
    assert refused.json["errors"]
    assert b"secret" not in refused.data  # what was sent is not repeated


@pytest.mark.parametrize(
    "query",
    [
        "limit=0", "limit=101", "limit=x", "limit=", "limit=%EF%BC%95", "date=2026-02-30",
        "date=yesterday", "date=9999-12-31x", "cursor=nothing", "cursor=%00", "reference=%00",
        "idempotency_key=%00",
    ],
)  # fmt: skip
def test_queries_that_are_not_as_they_must_be(till: Pos, query: str) -> None:
    refused = till.call("GET", f"/payments?{query}")
    assert (refused.status, refused.code) == (422, "invalid_request")


@pytest.mark.parametrize(
    ("scenario", "status", "code"),
    [
        ("insufficient", 402, "insufficient_value"),
        ("expired", 410, "code_expired"),
        ("used", 409, "code_used"),
        ("unknown", 404, "unknown_code"),
        ("frozen", 423, "wallet_frozen"),
        ("not_accepted", 422, "not_accepted"),
        ("over_limit", 422, "over_limit"),
        ("too_many", 429, "too_many_requests"),
    ],
)
def test_scenarios_of_refusal(till: Pos, scenario: str, status: int, code: str) -> None:
    digits = till.practice_code(scenario)
    before = till.call("GET", "/payments").data
    for _ in range(2):
        refused = till.pay(digits, 150)
        assert (refused.status, refused.code) == (status, code)
    if status == 429:
        assert int(refused.headers["retry-after"]) > 0
    assert till.call("GET", "/payments").data == before


def test_scenarios_of_success_and_of_doubt(till: Pos) -> None:
    for scenario in ("ok", "card_ok"):
        assert till.pay(till.practice_code(scenario, 200), 200).status == 201
        assert till.pay(till.practice_code(scenario, 200), 201).code == "insufficient_value"
    for scenario, replayed in (("try_again", False), ("lost_answer", True)):
        code, key = till.practice_code(scenario), new_key()
        lost = till.pay(code, 150, key=key)
        assert (lost.status, lost.code) == (503, "try_again")
        again = till.pay(code, 150, key=key)
        assert again.status == 201
        assert ("idempotent-replayed" in again.headers) == replayed


def test_a_stopped_terminal_that_is_played_ends_after_its_time(town: Town, till: Pos) -> None:
    digits = till.practice_code("too_many")
    assert int(till.pay(digits, 150).headers["retry-after"]) == 10
    plays = PracticeCode.objects.of(town.issuer)
    (play,) = plays
    assert play.played_at is not None
    plays.update(played_at=play.played_at - timedelta(seconds=7))
    assert int(till.pay(digits, 150).headers["retry-after"]) <= 3
    plays.update(played_at=play.played_at - timedelta(seconds=10))
    assert till.pay(digits, 150).status == 201


def test_a_used_code_to_practise_with_is_in_nobodys_books(town: Town, till: Pos) -> None:
    assert till.pay(till.practice_code("used"), 150).code == "code_used"
    assert till.call("GET", "/payments").json["items"] == []
    today = in_japan(clock.now()).date()
    assert day_book(town.shop, today, today + timedelta(days=1)).rows == ()


def test_a_shop_that_does_not_take_something_refuses_it_by_itself(
    api: ApiProcesses, town: Town
) -> None:
    till = Pos(api.port, make_api_key(town.terminal(town.large_shop))[0])
    plays = PracticeCode.objects.of(town.issuer).count()
    assert till.pay(till.practice_code("not_accepted"), 100).code == "not_accepted"
    assert PracticeCode.objects.of(town.issuer).count() == plays


def test_nobody_practises_at_a_live_issuer(api: ApiProcesses) -> None:
    live = make_town(mode="live")
    till = Pos(api.port, make_api_key(live.terminal())[0])
    refused = till.call("POST", "/sandbox/codes", {"scenario": "ok"})
    assert (refused.status, refused.code) == (404, "not_found")


def test_ten_unknown_codes_stop_the_terminal(
    town: Town, till: Pos, till_with: Callable[..., Pos]
) -> None:
    good = town.card(1000)[0]
    key = new_key()
    assert till.pay(good, 100, key=key).status == 201
    for _ in range(10):
        assert till.pay(new_code(CARD), 100).code == "unknown_code"
    stopped = till.pay(good, 100)
    assert (stopped.status, stopped.code) == (429, "too_many_requests")
    assert 0 < int(stopped.headers["retry-after"]) <= 600
    assert till.call("POST", "/inquiries", {"code": good}).status == 429
    assert till.call("GET", "/shop").status == 200
    assert till_with("pay").pay(good, 100).status == 201  # another terminal goes on


def test_a_code_that_is_too_new_or_of_another_issuer_is_unknown(town: Town, till: Pos) -> None:
    device = town.device()
    key = key_of(device.issuer_id, device.number, device.generation)
    number = town.issuer.pay_number
    for pay_number, ahead in ((number, 4), (number % 999 + 1, 0)):
        digits = totp(key, step_of(clock.now()) + ahead)
        code = write_pay_code(pay_number, device.number, digits)
        assert till.pay(code, 100).code == "unknown_code"


def test_codes_of_other_apps_stop_no_terminal(town: Town, till: Pos) -> None:
    code, card = town.card(1000)
    replaced, other = town.card(500)
    reissue_card(other, actor="test", reason="lost")
    before = rows_of(ledger_connection(), card.wallet_id)
    said = {
        "90001234567461192463": "another app",
        "4901234567894": "another app",
        code[:-1] + ("0" if code[-1] != "0" else "1"): "mistyped",
        new_code("G"): "gift or purchase code",
        replaced: "moved to another card",
    }
    for _ in range(3):
        for text, detail in said.items():
            for refused in (
                till.pay(text, 100),
                till.call("POST", "/inquiries", {"code": text}),
            ):
                assert (refused.status, refused.code) == (404, "unknown_code")
                assert detail in refused.json["detail"]
    assert rows_of(ledger_connection(), card.wallet_id) == before
    assert not WrongCode.objects.filter(terminal__issuer=town.issuer).exists()
    assert till.pay("\u200b" + code, 100).status == 201


def test_over_the_issuers_limit(api: ApiProcesses) -> None:
    from hansatsu.ledger import api as ledger

    strict = make_town(limits=ledger.Limits(per_payment=500))
    till = Pos(api.port, make_api_key(strict.terminal())[0])
    code, card = strict.card(1000)
    before = rows_of(ledger_connection(), card.wallet_id)
    assert till.pay(code, 501).code == "over_limit"
    assert rows_of(ledger_connection(), card.wallet_id) == before
    assert till.pay(code, 500).status == 201


def test_every_answer_has_its_request_id(till: Pos) -> None:
    given = till.call("GET", "/shop", headers={"X-Request-ID": "till-7-4711"})
    assert given.headers["x-request-id"] == "till-7-4711"
    made = till.call("GET", "/shop", headers={"X-Request-ID": "no\u00e9"})
    assert len(made.headers["x-request-id"]) == 16
    assert made.headers["cache-control"] == "no-store"
