"""Reminders come 30, 7 and 1 days before the last usable day, once each, whatever happens."""

import threading
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from unittest import mock

import pytest
from django.db import DatabaseError, connection

from hansatsu.database.connections import ledger_connection
from hansatsu.flows.reminders import rounds
from hansatsu.flows.reminders.models import Reminder, Round
from hansatsu.flows.reminders.rounds import remind
from hansatsu.flows.reminders.stages import stage_of
from hansatsu.flows.support.acts import freeze_wallet
from hansatsu.ledger import api as ledger
from hansatsu.parties.issuers.audit import Actor
from hansatsu.parties.issuers.deeds import Deed
from tests.flows.reminders.conftest import Days
from tests.support.racing import race


class Together[T]:
    """Has so many callers read what is there before any of them writes."""

    def __init__(self, callers: int) -> None:
        self.barrier = threading.Barrier(callers, timeout=60)

    def __call__(self, read: Callable[[], T]) -> T:
        found = read()
        self.barrier.wait()
        return found


def counted(days: Days, first: str, last: str, hour: str = "09:00") -> dict[str, int]:
    """How many mails each day's morning brought, days without left out."""
    day, end, found = date.fromisoformat(first), date.fromisoformat(last), {}
    while day <= end:
        if mails := len(days.reminded(f"{day} {hour}")):
            found[str(day)] = mails
        day += timedelta(days=1)
    return found


def test_they_come_30_and_7_and_1_days_before(days: Days) -> None:
    days.charge("2026-12-31")
    assert counted(days, "2026-11-29", "2027-01-02") == {
        "2026-12-01": 1,
        "2026-12-24": 1,
        "2026-12-30": 1,
    }
    last_day = date(2026, 12, 31)
    assert days.stages() == [(last_day, 30), (last_day, 7), (last_day, 1)]


@pytest.mark.parametrize(
    ("last_day", "mornings"),
    [
        ("2028-02-29", ["2028-01-30", "2028-02-22", "2028-02-28"]),
        ("2028-03-01", ["2028-01-31", "2028-02-23", "2028-02-29"]),
        ("2027-02-28", ["2027-01-29", "2027-02-21", "2027-02-27"]),
        ("2027-03-31", ["2027-03-01", "2027-03-24", "2027-03-30"]),
    ],
)
def test_over_leap_day_and_ends_of_months(days: Days, last_day: str, mornings: list[str]) -> None:
    days.charge(last_day)
    for each in mornings:
        before = date.fromisoformat(each) - timedelta(days=1)
        assert days.reminded(f"{before} 19:59") == [], before
        assert len(days.reminded(f"{each} 09:00")) == 1, each


def test_none_comes_at_night_and_all_come_at_nine(days: Days) -> None:
    days.charge("2026-12-31")
    for moment in ("11-30 23:59:59", "12-01 00:00", "12-01 08:59:59"):
        assert days.reminded(f"2026-{moment}") == []
    assert len(days.reminded("2026-12-01 09:00")) == 1
    assert days.reminded("2026-12-01 19:59:59") == []
    days.charge("2027-03-31")
    assert days.reminded("2027-03-01 20:00") == []
    assert len(days.reminded("2027-03-02 09:00")) == 1


def test_after_ten_dead_days_the_one_that_applies_comes(days: Days) -> None:
    days.charge("2026-12-31", 100)
    assert len(days.reminded("2026-12-22 14:00")) == 1
    assert days.stages() == [(date(2026, 12, 31), 30)]
    days.charge("2027-02-10", 200)
    assert len(days.reminded("2027-02-09 10:00")) == 1
    assert days.stages()[1:] == [(date(2027, 2, 10), 1)]
    assert days.reminded("2027-02-10 10:00") == []


def test_on_the_last_day_itself_there_is_one_still(days: Days) -> None:
    days.charge("2026-12-31")
    (mail,) = days.reminded("2026-12-31 18:00")
    assert "本日まで" in mail.text
    assert days.reminded("2027-01-01 09:00") == []


def test_a_clock_that_goes_back_tells_nothing_again(days: Days) -> None:
    days.charge("2026-12-31")
    assert len(days.reminded("2026-12-24 09:00")) == 1
    for day in ("2026-12-01", "2026-12-10", "2026-12-24", "2026-12-25"):
        assert days.reminded(f"{day} 09:30") == []
    assert days.stages() == [(date(2026, 12, 31), 7)]


def test_a_clock_that_jumped_ahead_tells_nothing(days: Days) -> None:
    days.charge("2026-12-31")
    days.clock.owner.execute(
        "insert into ledger.clock_jump (boot_id, found_at, ahead)"
        " values ('jumped', '2020-01-01', interval '9 days')"
    )
    days.show("2026-12-30 09:00")
    with mock.patch("hansatsu.ledger.api.expire_due", return_value=None):
        remind()
    assert (days.mails(), days.stages()) == ([], [])
    days.clock.owner.execute("delete from ledger.clock_jump where boot_id = 'jumped'")
    assert len(days.reminded("2026-12-30 09:01")) == 1


def test_what_is_spent_is_silent(days: Days) -> None:
    days.charge("2026-12-31", 500)
    days.town.pay(days.town.resident, days.town.shop, 500)
    assert days.reminded("2026-12-01 09:00") == []
    days.charge("2026-12-31", 300)
    assert len(days.reminded("2026-12-24 09:00")) == 1
    days.town.pay(days.town.resident, days.town.shop, 300)
    assert days.reminded("2026-12-30 09:00") == []


def test_cards_and_who_has_left_are_silent(days: Days) -> None:
    _, card = days.town.card()
    days.town.charge(card, days.town.all_shops, 700, None)
    days.charge("2026-12-31", resident=card)  # type: ignore[arg-type]
    gone = days.town.add_resident("gone")
    days.charge("2026-12-31", resident=gone)
    type(gone).objects.filter(pk=gone.pk).update(closed_at="2026-06-02T00:00Z")
    practice = days.town.add_resident("practice", email="practice@example.invalid")
    days.charge("2026-12-31", resident=practice)
    assert counted(days, "2026-12-01", "2026-12-31") == {}
    assert days.stages() == []


def test_a_frozen_wallet_is_told_how_to_have_it_back(days: Days) -> None:
    days.charge("2026-12-31")
    deed = Deed(Actor(days.town.issuer, "staff:1", "係", "console"), "紛失の届け出")
    assert freeze_wallet(deed, days.town.resident, key="k") == "done"
    (mail,) = days.reminded("2026-12-01 09:00")
    assert "停止中です" in mail.text
    assert days.town.issuer.office_phone in mail.text


def test_a_morning_brings_one_mail_whatever_it_tells(days: Days) -> None:
    """Several lots of a day, several days of a stage, and several stages."""
    town = days.town
    days.charge("2026-12-31", 100)
    days.charge("2026-12-31", 20, emoney=town.small_shops)
    days.charge("2026-12-31", 3)
    days.charge("2026-12-30", 4000)
    days.charge("2026-12-08", 50_000)
    days.charge("2026-12-02", 600_000)
    (mail,) = days.reminded("2026-12-01 09:00")
    assert [(str(day), stage) for day, stage in days.stages()] == [
        ("2026-12-02", 1),
        ("2026-12-08", 7),
        ("2026-12-30", 30),
        ("2026-12-31", 30),
    ]
    told = [line for line in mail.text.splitlines() if line.startswith(("・", *"0123456789"))]
    assert told == [
        "600,000円分",
        "2026年12月2日(水)まで(当日23:59まで) / あと1日",
        "・全店共通 600,000円分",
        "50,000円分",
        "2026年12月8日(火)まで(当日23:59まで) / あと7日",
        "・全店共通 50,000円分",
        "4,000円分",
        "2026年12月30日(水)まで(当日23:59まで) / あと29日",
        "・全店共通 4,000円分",
        "123円分",
        "2026年12月31日(木)まで(当日23:59まで) / あと30日",
        "・全店共通 103円分",
        "・中小店舗限定 20円分",
    ]


def test_parts_give_each_wallet_one_mail(days: Days) -> None:
    people = [days.town.add_resident(f"p{number}") for number in range(5)]
    for person in people:
        days.charge("2026-12-02", 5, resident=person)
        days.charge("2026-12-31", 7, resident=person)
    days.show("2026-12-01 09:00")
    remind(part=3)
    mails = days.mails()
    assert sorted(mail.to for mail in mails) == [f"p{number}@example.jp" for number in range(5)]
    assert all("5円分" in mail.text and "7円分" in mail.text for mail in mails)
    assert Round.objects.get().finished_at is not None


def test_each_mail_has_its_job(days: Days) -> None:
    days.charge("2026-12-31")
    (mail,) = days.reminded("2026-12-01 09:00")
    with connection.cursor() as cursor:
        cursor.execute(
            "select count(*) from procrastinate_jobs"
            " where task_name = 'send_mail' and (args->>'mail_id')::bigint = %s",
            [mail.pk],
        )
        assert cursor.fetchone() == (1,)


def test_a_killed_part_leaves_nothing_and_the_next_worker_goes_on(days: Days) -> None:
    others = [days.town.add_resident(f"q{number}") for number in range(3)]
    for person in others:
        days.charge("2030-12-31", resident=person)
    days.show("2030-12-01 09:00")
    # by then all other tests' value is dead
    real, calls = rounds.queue_mails, list[int]()

    def dies_at_the_second(mail_ids: Iterable[int]) -> None:
        calls.extend(ids := list(mail_ids))
        if len(calls) == 2:
            raise KeyboardInterrupt
        real(ids)

    with (
        mock.patch.object(rounds, "queue_mails", dies_at_the_second),
        pytest.raises(KeyboardInterrupt),
    ):
        remind(part=1)
    assert (len(days.mails()), len(days.stages())) == (1, 1)
    remind()
    assert (len(days.mails()), len(days.stages())) == (2, 3)


def test_two_workers_at_once_write_one(days: Days) -> None:
    days.charge("2026-12-31")
    days.show("2026-12-01 09:00")
    race(lambda _: remind(), 4)
    assert (len(days.mails()), len(days.stages())) == (1, 1)


def test_without_the_rounds_lock_the_key_still_holds(
    days: Days, monkeypatch: pytest.MonkeyPatch
) -> None:
    days.charge("2026-12-31")
    days.show("2026-12-01 09:00")
    monkeypatch.setattr(rounds, "_locked", lambda today: Round.objects.get(day=today))
    real = ledger.dying_in
    together = Together(2)
    monkeypatch.setattr(ledger, "dying_in", lambda *asked: together(lambda: real(*asked)))
    race(lambda _: rounds._part(None, 1000), 2)
    assert (len(days.mails()), len(days.stages())) == (1, 1)


def test_negative_control_without_lock_and_key_there_are_two(
    days: Days, monkeypatch: pytest.MonkeyPatch
) -> None:
    days.charge("2026-12-31")
    days.show("2026-12-01 09:00")
    monkeypatch.setattr(rounds, "_locked", lambda today: Round.objects.get(day=today))
    together = Together(2)

    def look_then_write(wanted: list[rounds.Wanted], now: object) -> set[tuple[int, date]]:
        def untold() -> set[tuple[int, date]]:
            told = set(Reminder.objects.values_list("wallet_id", "last_day", "stage"))
            return {
                (each.wallet_id, each.last_day)
                for each in wanted
                if (each.wallet_id, each.last_day, each.stage) not in told
            }

        return together(untold)

    monkeypatch.setattr(rounds, "claim", look_then_write)
    race(lambda _: rounds._part(None, 1000), 2)
    assert len(days.mails()) == 2


def test_a_finished_round_asks_for_no_lot(days: Days) -> None:
    days.charge("2026-12-31")
    assert len(days.reminded("2026-12-01 09:00")) == 1
    with (
        mock.patch.object(ledger, "dying_places", side_effect=AssertionError),
        mock.patch.object(ledger, "expire_due", side_effect=AssertionError),
    ):
        assert days.reminded("2026-12-01 09:01") == []


def test_the_search_goes_along_the_index_of_expiry(days: Days) -> None:
    days.show("2026-12-01 09:00")
    connection_ = ledger_connection()
    asked: list[str] = []

    class Asked:
        def execute(self, statement: str, values: list[object]) -> object:
            connection_.execute("set local enable_seqscan = off")
            asked.extend(
                row[0] for row in connection_.execute(f"explain {statement}", values).fetchall()
            )
            return connection_.execute(statement, values)

    with connection_.transaction():
        now = ledger.now(connection_)
        ledger.dying_places(Asked(), (now, 0), now + timedelta(days=31), 1000)  # type: ignore[arg-type]
    assert any("lot_due" in line for line in asked), asked
    assert not any("Sort" in line for line in asked), asked


def test_what_was_told_is_never_changed(days: Days) -> None:
    days.charge("2026-12-31")
    days.reminded("2026-12-01 09:00")
    told = Reminder.objects.of(days.town.issuer)
    for act in (told.delete, lambda: told.update(stage=7)):
        with pytest.raises(DatabaseError, match="never changed"):
            act()


@pytest.mark.parametrize(
    ("left", "stage"),
    [(31, None), (30, 30), (8, 30), (7, 7), (2, 7), (1, 1), (0, 1)],
)
def test_which_one_applies(left: int, stage: int | None) -> None:
    assert stage_of(left) == stage
