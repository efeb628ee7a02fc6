"""A till learns from refusals only so much of what a wallet holds."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from hansatsu.database.connections import ledger_connection
from hansatsu.flows.payments.models import Shortage
from tests.ledger.books import rows_of
from tests.support.pos import Answered, Pos, new_key
from tests.support.tills import code_on
from tests.town import Town


def is_stopped(refused: Answered) -> bool:
    assert refused.code in ("insufficient_value", "too_many_requests")
    if refused.status == 429:
        assert 0 < int(refused.headers["retry-after"]) <= 3600
        assert "available" not in refused.json
    return refused.status == 429


def test_a_balance_cannot_be_found_by_halving(town: Town, till: Pos) -> None:
    """As it was done: 418 refusals with one code in 80 seconds."""
    code = code_on(town.device())
    low, high, told = 0, 1_000_000, 0
    while high - low > 1 and told < 40:
        middle = (low + high) // 2
        refused = till.pay(code, max(middle, 10_001))
        told += 1
        if is_stopped(refused):
            break
        high = middle
    assert told == 6
    assert high > 30_000


def test_the_code_is_refused_and_not_the_terminal(
    town: Town, till: Pos, till_with: Callable[..., Pos]
) -> None:
    device = town.device()
    code = code_on(device)
    assert [is_stopped(till.pay(code, 10_001)) for _ in range(5)] == [False] * 5
    before = rows_of(ledger_connection(), town.resident.wallet_id)
    for each in (till, till_with("pay")):  # an amount that it holds, too
        assert is_stopped(each.pay(code, 100))
    assert rows_of(ledger_connection(), town.resident.wallet_id) == before
    assert till.pay(town.card(100)[0], 100).status == 201  # the next customer
    assert till.pay(code_on(town.device()), 100).status == 201  # the next code


def test_what_was_paid_is_answered_all_the_same(town: Town, till: Pos) -> None:
    code, key = town.card(500)[0], new_key()
    paid = till.pay(code, 300, key=key)
    assert [is_stopped(till.pay(code, 201)) for _ in range(6)] == [False] * 5 + [True]
    again = till.pay(code, 300, key=key)
    assert (again.status, again.data) == (201, paid.data)
    assert till.pay(code, 301, key=key).code == "idempotency_key_conflict"
    cancelled = new_key()
    till.cancel(cancelled)
    assert till.pay(code, 300, key=cancelled).code == "request_cancelled"


def test_twenty_shortages_of_a_wallet_in_an_hour(town: Town, till: Pos) -> None:
    for _ in range(4):
        code = code_on(town.device())
        assert [is_stopped(till.pay(code, 10_001)) for _ in range(5)] == [False] * 5
    assert is_stopped(till.pay(code_on(town.device()), 100))


def test_a_success_counts_nothing(town: Town, till: Pos) -> None:
    code = town.card(1000)[0]
    for _ in range(8):
        assert till.pay(code, 100, reference=None).status == 201
    assert not Shortage.objects.of(town.issuer).exists()


def test_many_at_once_are_told_no_more(town: Town, till: Pos) -> None:
    code = code_on(town.device())
    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(lambda more: till.pay(code, 10_001 + more), range(12)))
    assert sum(not is_stopped(each) for each in answers) == 5
