"""Many tills at the same moment, each on a connection of its own."""

import threading
from collections import Counter
from dataclasses import replace

import pytest

from hansatsu.flows.payments.codes import Reading, read_code
from hansatsu.flows.payments.till import make_till_intent, new_key, pay_at_till
from hansatsu.formats.qr.bearer_code import new_code
from hansatsu.parties.issuers.models import Alarm
from hansatsu.parties.shops.models import Terminal, WrongCode
from hansatsu.parties.wallets.selectors import total_balance
from tests.support.racing import CALLERS, race
from tests.support.shown_codes import code_to_show
from tests.town import Town, make_town


@pytest.fixture
def town() -> Town:
    town = make_town()
    town.charge(town.resident, town.all_shops, 1000)
    return town


def at_two_tills(town: Town, *, with_code: bool, amount: int = 100) -> list[str]:
    """Read one code at two tills, and confirm at both in the same moment."""
    tills = [town.terminal(), town.terminal(town.large_shop)]
    digits = code_to_show(town.device()).digits
    both_have_read = threading.Barrier(2, timeout=60)

    def act(place: int) -> str:
        reading = read_code(tills[place], digits)
        assert reading.payer is not None
        payer = reading.payer if with_code else replace(reading.payer, device=None, step=None)
        intent = make_till_intent(tills[place], 1, payer, amount, new_key())
        both_have_read.wait()
        return pay_at_till(tills[place], intent).outcome

    return race(act, 2)


def test_two_tills_with_one_code(town: Town) -> None:
    for amount in (100, 101, 102, 103, 104):  # an equal one would be asked about
        before = total_balance(town.issuer, town.resident.wallet_id)
        ends = at_two_tills(town, with_code=True, amount=amount)
        assert sorted(ends) == ["code_used", "paid"]
        assert total_balance(town.issuer, town.resident.wallet_id) == before - amount


def test_negative_control_reading_the_code_alone_stops_nobody(town: Town) -> None:
    """Without code in the payment both pay: so it is the ledger's lock that the test above
    tests, and not that the tills happened to come one after the other."""
    assert at_two_tills(town, with_code=False) == ["paid", "paid"]


def test_a_double_tap_pays_once(town: Town) -> None:
    terminal = town.terminal()
    payer = read_code(terminal, code_to_show(town.device()).digits).payer
    assert payer is not None
    intent = make_till_intent(terminal, 1, payer, 100, new_key())
    outcomes = race(lambda _: pay_at_till(terminal, intent))
    assert Counter(each.outcome for each in outcomes) == {"paid": 1, "replayed": CALLERS - 1}
    assert len({each.number for each in outcomes}) == 1
    assert total_balance(town.issuer, town.resident.wallet_id) == 900


def test_wrong_codes_at_once_are_counted_one_by_one(town: Town) -> None:
    terminal = town.terminal()

    def guess(_: int) -> list[Reading]:
        own = Terminal.objects.select_related("shop", "issuer").get(pk=terminal.pk)
        return [read_code(own, new_code("C")) for _ in range(4)]

    outcomes = Counter(each.outcome for some in race(guess) for each in some)
    assert outcomes == {"unknown_code": 10, "too_many": 4 * CALLERS - 10}
    assert WrongCode.objects.filter(terminal=terminal).count() == 10
    assert Alarm.objects.of(town.issuer).count() == 1
