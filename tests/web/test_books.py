"""Anybody may ask whether a statement stands in its closing; the page tells nothing else."""

from datetime import timedelta

import pytest
from django.test import Client

from hansatsu.flows.settlement.leaf import digits_of
from hansatsu.flows.settlement.models import Closing, Statement
from hansatsu.parties.identity import throttle
from tests.support.clients import words
from tests.support.settled import close, statement_of
from tests.town import Town, make_town


@pytest.fixture(scope="module")
def settled() -> tuple[Town, Closing, Statement]:
    town = make_town()
    town.charge(town.resident, town.all_shops, 98_765)
    town.pay(town.resident, town.shop, 98_765)
    closing = close(town.issuer)
    close(town.issuer, closing.cut_at + timedelta(days=1))
    return town, closing, statement_of(closing, town.shop)


def at(town: Town) -> Client:
    """A stranger, from an address of this town's own."""
    return Client(REMOTE_ADDR=f"house of {town.issuer.code}")


def path(town: Town, number: int, leaf: bytes) -> str:
    return f"/{town.issuer.code}/books/closings/{number}/{leaf.hex()}/"


def test_a_leaf_stands_in_its_closing_and_nothing_more_is_told(
    settled: tuple[Town, Closing, Statement],
) -> None:
    town, closing, statement = settled
    answer = at(town).get(path(town, 1, bytes(statement.leaf)))
    assert answer.status_code == 200
    said = words(answer)
    assert "この精算書は、第1回の締めに含まれています。" in said
    day = closing.last_day
    assert f"{day.year}年{day.month}月{day.day}日" in said
    for secret in (town.shop.name, town.shop.code, "98,765", "567"):
        assert secret not in said, secret


def test_it_stands_in_no_other_closing_or_issuer(
    settled: tuple[Town, Closing, Statement],
) -> None:
    town, _closing, statement = settled
    leaf = bytes(statement.leaf)
    other = make_town()
    close(other.issuer)
    for address in (path(town, 2, leaf), path(town, 1, bytes(32)), path(other, 1, leaf)):
        answer = at(town).get(address)
        assert answer.status_code == 404
        assert "この数字の精算書は、ありません。" in words(answer)


def test_the_digits_lead_there_however_they_are_typed(
    settled: tuple[Town, Closing, Statement],
) -> None:
    town, _closing, statement = settled
    leaf = bytes(statement.leaf)
    digits = digits_of(leaf)
    wide = digits.translate(str.maketrans("0123456789 ", "０１２３４５６７８９　"))
    for typed in (digits, digits.replace(" ", ""), wide, digits.replace(" ", "-")):
        answer = at(town).post(f"/{town.issuer.code}/books/", {"digits": typed})
        assert answer["Location"] == path(town, 1, leaf), typed


def test_what_was_copied_wrongly_says_so(settled: tuple[Town, Closing, Statement]) -> None:
    town, _closing, statement = settled
    digits = digits_of(bytes(statement.leaf)).replace(" ", "")
    wrong = str((int(digits[0]) + 1) % 10) + digits[1:]
    for typed in (wrong, digits[:-1], "", "x" * 30):
        answer = at(town).post(f"/{town.issuer.code}/books/", {"digits": typed})
        assert answer.status_code == 422
        assert "数字が違います" in words(answer)
    nobodys = digits_of(bytes(32))
    answer = at(town).post(f"/{town.issuer.code}/books/", {"digits": nobodys})
    assert answer.status_code == 404


def test_who_asks_for_many_that_are_not_there_must_wait() -> None:
    town = make_town()
    close(town.issuer)
    client = at(town)
    for _ in range(throttle.ADDRESS.free):
        assert client.get(path(town, 1, bytes(32))).status_code == 404
    answer = client.get(path(town, 1, bytes(32)))
    assert answer.status_code == 429
    assert "分後" in words(answer)
