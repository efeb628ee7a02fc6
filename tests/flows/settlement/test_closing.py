"""Closings: which are due, what they say, and that nothing slips between two."""

from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction

from hansatsu.database.connections import ledger_connection
from hansatsu.flows.settlement import leaf, tasks
from hansatsu.flows.settlement.closing import Made, close_due
from hansatsu.flows.settlement.models import (
    Closing,
    LineKind,
    Payable,
    SettlementRules,
    Statement,
    StatementLine,
)
from hansatsu.flows.settlement.rules import rules_of
from hansatsu.flows.settlement.tasks import close_days
from hansatsu.ledger import api as ledger
from hansatsu.parties.issuers.models import Issuer
from tests.support.settling import Settling, with_account
from tests.town import make_town


def figures(statement: Statement) -> tuple[int, ...]:
    """opening, payments, refunds, payout, carry."""
    return (
        statement.opening,
        statement.payments,
        statement.refunds,
        statement.payout,
        statement.carry,
    )


def test_what_a_shop_took_in_a_month_is_closed_and_owed(settling: Settling) -> None:
    settling.at("2026-03-05 12:00:00")
    number = settling.pay(7_000)
    settling.pay(3_500)
    settling.town.refund(number, 500)
    settling.at("2026-04-01 00:00:05")
    (closing,) = settling.close()
    statement = settling.last()
    assert figures(statement) == (0, 10_500, 500, 10_000, 0)
    assert (statement.payment_count, statement.refund_count) == (2, 1)
    assert (closing.number, closing.last_day) == (1, date(2026, 3, 31))
    assert (closing.period_start, closing.pay_on) == (date(2026, 3, 1), date(2026, 4, 30))
    assert closing.hand_in_by == date(2026, 4, 27)  # the 29th is a holiday
    payable = Payable.objects.get(statement=statement)
    assert (payable.yen, payable.due_on, payable.state) == (10_000, date(2026, 4, 30), "waiting")
    assert settling.close() == ()
    assert Closing.objects.of(settling.town.issuer).count() == 1


def test_more_given_back_than_taken_is_carried_never_paid(settling: Settling) -> None:
    """March 10,000; in April a refund of 3,000 of it and sales of 2,000; May 5,000."""
    settling.at("2026-03-10 10:00:00")
    number = settling.pay(10_000)
    settling.at("2026-04-02 00:01:00")
    settling.close()
    settling.at("2026-04-10 10:00:00")
    settling.town.refund(number, 3_000)
    settling.pay(2_000)
    settling.at("2026-05-01 00:01:00")
    settling.close()
    assert figures(settling.last()) == (0, 2_000, 3_000, 0, -1_000)
    assert not Payable.objects.filter(statement=settling.last()).exists()
    settling.at("2026-05-10 10:00:00")
    settling.pay(5_000)
    settling.at("2026-06-01 00:01:00")
    settling.close()
    assert figures(settling.last()) == (-1_000, 5_000, 0, 4_000, 0)
    assert Payable.objects.get(statement=settling.last()).yen == 4_000


def test_a_statement_keeps_the_registration_number_of_its_closing(settling: Settling) -> None:
    settling.at("2026-04-01 00:01:00")
    (before,) = settling.close()
    SettlementRules.objects.of(settling.town.issuer).update(registration_number="T1234567890123")
    settling.at("2026-05-01 00:01:00")
    (after,) = settling.close()
    before.refresh_from_db()
    assert (before.registration_number, after.registration_number) == ("", "T1234567890123")


def test_a_closing_without_a_payment_is_a_row_too(settling: Settling) -> None:
    settling.at("2026-04-01 00:00:00")
    (closing,) = settling.close()
    assert closing.statement_count == 2
    assert closing.payout == closing.payments == 0
    assert not Payable.objects.of(settling.town.issuer).exists()


def test_months_of_a_dead_worker_are_closed_one_by_one(settling: Settling) -> None:
    settling.at("2026-03-10 10:00:00")
    settling.pay(1_000)
    settling.at("2026-05-10 10:00:00")
    settling.pay(2_000)
    settling.at("2026-06-20 10:00:00")
    made = settling.close()
    assert [each.last_day for each in made] == [
        date(2026, 3, 31),
        date(2026, 4, 30),
        date(2026, 5, 31),
    ]
    assert [each.payments for each in made] == [1_000, 0, 2_000]
    assert [each.number for each in made] == [1, 2, 3]


@pytest.mark.parametrize(
    ("moment", "month"),
    [
        ("2026-03-31 23:59:59", 0),
        ("2026-03-31 23:59:59.999999", 0),
        ("2026-04-01 00:00:00", 1),
        ("2026-04-01 08:59:00", 1),
    ],
)
def test_midnight_in_japan_divides(settling: Settling, moment: str, month: int) -> None:
    settling.at(moment)
    settling.pay(900)
    settling.at("2026-05-01 00:00:00")
    made = settling.close()
    assert [each.payments for each in made] == [900 * (month == 0), 900 * (month == 1)]


def test_nothing_is_closed_before_its_time(settling: Settling) -> None:
    settling.at("2026-03-31 23:59:59.999")
    settling.pay(900)
    assert settling.close() == ()
    assert not Closing.objects.of(settling.town.issuer).exists()


def test_an_issuer_from_before_begins_with_all_that_was(settling: Settling) -> None:
    SettlementRules.objects.of(settling.town.issuer).update(begins_at=None)
    settling.at("2026-03-10 10:00:00")
    settling.pay(1_000)
    settling.at("2026-07-10 10:00:00")
    settling.pay(2_000)
    (closing,) = settling.close()
    assert (closing.last_day, closing.payments) == (date(2026, 6, 30), 1_000)


def test_lines_are_an_emoney_each_and_add_up(settling: Settling) -> None:
    town = settling.town
    settling.at("2026-03-05 12:00:00")
    settling.pay(10_000_000 + 4_000)  # all of 中小店舗限定, and some of 全店共通
    settling.at("2026-04-01 00:00:05")
    settling.close()
    lines = list(StatementLine.objects.filter(statement=settling.last()).order_by("id"))
    assert {(line.kind, line.emoney_id, line.count, line.amount) for line in lines} == {
        (LineKind.PAYMENT, town.small_shops.pk, 1, 10_000_000),
        (LineKind.PAYMENT, town.all_shops.pk, 1, 4_000),
    }
    assert sum(line.amount for line in lines) == settling.last().payments


def test_closings_follow_each_other_by_hash(settling: Settling) -> None:
    settling.at("2026-05-01 00:00:00")
    first, second = settling.close()
    code = settling.town.issuer.code
    assert bytes(first.previous_hash) == leaf.genesis_of(code)
    assert bytes(second.previous_hash) == bytes(first.hash)
    for closing in (first, second):
        found = Closing.objects.get(pk=closing.pk)
        leaves = [bytes(each.leaf) for each in found.statements.order_by("shop_id")]
        assert leaf.root_of(leaves) == bytes(found.root)
        assert leaf.hash_of(code, found) == bytes(found.hash)


def test_a_closing_is_never_changed(settling: Settling) -> None:
    settling.at("2026-04-01 00:00:00")
    settling.close()
    statement = settling.last()
    for query in (
        "update settlement_closing set payout = payout",
        "delete from settlement_closing",
        "update settlement_statementline set amount = 1",
        "update settlement_statement set payout = payout + 1",
        "update settlement_statement set ends_at = ends_at + interval '1 day'",
    ):
        with (
            pytest.raises(Exception, match="never change"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(query)
    assert settling.last().payout == statement.payout


@pytest.mark.parametrize("gap", ["1 hour", "-1 hour"])
def test_ranges_have_neither_gap_nor_overlap(settling: Settling, gap: str) -> None:
    settling.at("2026-05-01 00:00:00")
    settling.close()
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "insert into settlement_statement (issuer_id, closing_id, shop_id, starts_at, ends_at,"
            " opening, payments, payment_count, refunds, refund_count, adjustments, fee, tax,"
            " tax_rate, payout, carry, account, salt, leaf)"
            " select issuer_id, (select min(id) from settlement_closing where issuer_id = %s),"
            " shop_id, ends_at + %s::interval, ends_at + interval '9 days', 0, 0, 0, 0, 0, 0, 0,"
            " 0, 0, 0, 0, '', '', '' from settlement_statement where id = %s",
            [settling.town.issuer.pk, gap, settling.last().pk],
        )


def test_a_clock_that_jumped_closes_nothing(
    settling: Settling, monkeypatch: pytest.MonkeyPatch
) -> None:
    settling.at("2026-04-01 00:00:00")
    monkeypatch.setattr(ledger, "expire_due", lambda *_args, **_more: None)
    assert settling.made().outcome == "clock_jumped"
    assert ledger.closed_until(ledger_connection(), settling.town.issuer.pk) is None
    assert not Closing.objects.of(settling.town.issuer).exists()


def test_the_worker_cuts_each_day_and_closes_when_it_is_due(settling: Settling) -> None:
    issuer = settling.town.issuer
    settling.at("2026-03-02 00:00:30")
    close_days()
    until = ledger.closed_until(ledger_connection(), issuer.pk)
    assert until is not None
    assert until.isoformat() == "2026-03-01T15:00:00+00:00"
    assert not Closing.objects.of(issuer).exists()
    settling.at("2026-04-01 00:00:30")
    close_days()
    close_days()
    assert Closing.objects.of(issuer).count() == 1


def test_what_fails_for_one_issuer_keeps_no_other_from_being_closed(
    settling: Settling, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken, issuer = settling.town.issuer, make_town().issuer
    rules_of(issuer)
    settling.at("2026-04-01 00:00:30")

    def close_all_but_one(each: Issuer) -> Made:
        if each == broken:
            raise RuntimeError("its rows are broken")
        return close_due(each)

    monkeypatch.setattr(tasks, "close_due", close_all_but_one)
    with pytest.raises(ExceptionGroup) as failed:
        close_days()
    (error,) = failed.value.exceptions
    assert (str(error), error.__notes__) == ("its rows are broken", [f"of issuer {broken.code}"])
    assert not Closing.objects.of(broken).exists()
    assert Closing.objects.of(issuer).count() == 1


def test_a_statement_says_where_the_shop_is_paid_masked(settling: Settling) -> None:
    with_account(settling, settling.town.shop)
    settling.at("2026-04-01 00:00:00")
    settling.close()
    assert settling.last().account == "0517-001 普通 ****321"
    assert settling.last(settling.town.large_shop).account == ""
