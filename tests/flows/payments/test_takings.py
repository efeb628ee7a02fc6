"""A shop's takings: its payments and refunds of a day in Japan, and nobody else's."""

from datetime import date, datetime, timedelta

import pytest

from hansatsu.flows.payments.codes import read_code
from hansatsu.flows.payments.paid_sign import sign_of
from hansatsu.flows.payments.takings import shop_payment, takings_of_day, takings_version
from hansatsu.flows.payments.till import make_till_intent, new_key, pay_at_till
from hansatsu.formats.japan import JAPAN
from hansatsu.parties.shops.models import Terminal
from tests.support.frozen_clock import FrozenClock
from tests.support.shown_codes import code_to_show
from tests.town import Town, make_town

NOON = datetime(2027, 1, 20, 12, tzinfo=JAPAN)
DAY = date(2027, 1, 20)


@pytest.fixture
def town(frozen: FrozenClock) -> Town:
    frozen.show(NOON - timedelta(days=2))
    town = make_town()
    town.charge(town.resident, town.all_shops, 5000)
    town.charge(town.resident, town.small_shops, 1000)
    frozen.show(NOON)
    return town


def at_poster(town: Town, amount: int) -> str:
    outcome = town.pay(town.resident, town.shop, amount)
    assert outcome.number is not None
    return outcome.number


def at_till(terminal: Terminal, text: str, amount: int) -> str:
    payer = read_code(terminal, text).payer
    assert payer is not None
    outcome = pay_at_till(terminal, make_till_intent(terminal, 1, payer, amount, new_key()))
    assert outcome.number is not None
    return outcome.number


def test_an_empty_day(town: Town) -> None:
    takings = takings_of_day(town.shop)
    assert (takings.rows, takings.total, takings.count) == ((), 0, 0)
    assert takings.next_before is None
    assert takings.version == takings_version(town.shop) == "20270120-0"


def test_what_was_paid_how_newest_first(frozen: FrozenClock, town: Town) -> None:
    terminal = town.terminal()
    poster = at_poster(town, 100)
    frozen.show(NOON + timedelta(minutes=1))
    code = at_till(terminal, code_to_show(town.device()).digits, 200)
    frozen.show(NOON + timedelta(minutes=2))
    card = at_till(terminal, town.card(900)[0], 300)
    frozen.show(NOON + timedelta(minutes=3))
    refunds = [town.refund(number, 50).number for number in (code, card)]
    town.pay(town.resident, town.large_shop, 700)
    takings = takings_of_day(town.shop)
    rows = {row.number: (row.kind, row.amount, row.by) for row in takings.rows}
    assert rows == {
        refunds[0]: ("refund", -50, "code"),
        refunds[1]: ("refund", -50, "card"),
        card: ("payment", 300, "card"),
        code: ("payment", 200, "code"),
        poster: ("payment", 100, "poster"),
    }
    assert [row.number for row in takings.rows][2:] == [card, code, poster]
    assert (takings.total, takings.count) == (500, 3)
    assert takings.rows[-1].at == NOON
    assert takings.rows[-1].word == sign_of(town.shop.pk, NOON).word


def test_a_day_is_a_day_in_japan(frozen: FrozenClock, town: Town) -> None:
    midnight = datetime(2027, 1, 20, tzinfo=JAPAN)
    numbers = []
    for moment in (
        midnight - timedelta(microseconds=1),
        midnight,
        midnight + timedelta(days=1) - timedelta(microseconds=1),
        midnight + timedelta(days=1),
    ):
        frozen.show(moment)
        numbers.append(at_poster(town, 10))
    found = [row.number for row in takings_of_day(town.shop, DAY).rows]
    assert found == [numbers[2], numbers[1]]
    assert takings_of_day(town.shop, DAY).total == 20
    assert [row.number for row in takings_of_day(town.shop).rows] == [numbers[3]]


def test_the_version_changes_with_every_row_and_with_nothing_else(
    frozen: FrozenClock, town: Town
) -> None:
    versions = [takings_version(town.shop)]
    number = at_poster(town, 100)
    versions.append(takings_version(town.shop))
    town.refund(number, 10)
    versions.append(takings_version(town.shop))
    assert len(set(versions)) == 3
    town.pay(town.resident, town.large_shop, 100)
    town.pay(town.resident, town.shop, 999_999)
    frozen.show(NOON + timedelta(minutes=9))
    assert takings_version(town.shop) == versions[-1] == takings_of_day(town.shop).version
    # A payment of an earlier time that was committed later is news as well.
    town.refund(number, 10)
    newest = takings_version(town.shop)
    frozen.show(NOON + timedelta(minutes=1))
    other = town.add_resident("other")
    town.charge(other, town.all_shops, 100)
    town.pay(other, town.shop, 100)
    assert takings_version(town.shop) != newest


def test_older_rows_are_asked_for(frozen: FrozenClock, town: Town) -> None:
    # Three at one moment: the number decides their order.
    numbers = [at_poster(town, 10) for _ in range(3)]
    frozen.show(NOON + timedelta(minutes=1))
    numbers += [at_poster(town, 10) for _ in range(2)]
    found: list[str] = []
    before = None
    while True:
        page = takings_of_day(town.shop, limit=2, before=before)
        assert (page.total, page.count) == (50, 5)
        found += [row.number for row in page.rows]
        before = page.next_before
        if before is None:
            break
    assert found == numbers[::-1]


def test_a_payment_opened(town: Town) -> None:
    number = at_poster(town, 1200)
    refund = town.refund(number, 300).number
    opened = shop_payment(town.shop, number)
    assert opened is not None
    assert (opened.kind, opened.amount, opened.refunded, opened.by) == (
        "payment",
        1200,
        300,
        "poster",
    )
    assert opened.at == NOON
    assert opened.sign == sign_of(town.shop.pk, NOON)
    assert {use.name: use.amount for use in opened.uses} == {
        "中小店舗限定": 1000,
        "全店共通": 200,
    }
    assert [row.number for row in opened.refunds] == [refund]
    assert refund is not None
    given_back = shop_payment(town.shop, refund)
    assert given_back is not None
    assert (given_back.kind, given_back.amount) == ("refund", -300)
    assert given_back.refunded_number == number
    assert sum(use.amount for use in given_back.uses) == -300


def test_another_shops_payment_does_not_open(town: Town) -> None:
    number = at_poster(town, 100)
    assert shop_payment(town.large_shop, number) is None
    assert shop_payment(make_town().shop, number) is None
    for nonsense in ("", "\0", "x", "'; --", f"{number}-1"):
        assert shop_payment(town.shop, nonsense) is None
    assert takings_of_day(town.large_shop).rows == ()
    assert takings_of_day(town.large_shop, before=number).rows == ()
