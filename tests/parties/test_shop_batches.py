"""What is done with many shops at once is shown first, on record by shop, and has a way back."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

import psycopg
import pytest
from django.db import IntegrityError

from hansatsu.database.connections import ledger_connection
from hansatsu.ledger import api as ledger
from hansatsu.parties import clock
from hansatsu.parties.issuers.audit import Actor
from hansatsu.parties.issuers.models import AuditEntry
from hansatsu.parties.programs.models import Emoney
from hansatsu.parties.shops import batch_files, batches
from hansatsu.parties.shops.account_versions import entered
from hansatsu.parties.shops.batch_periods import plan
from hansatsu.parties.shops.changes import Why
from hansatsu.parties.shops.facts import periods_of
from hansatsu.parties.shops.importing import read_shops
from hansatsu.parties.shops.models import AccountVersion, Batch, BatchKind, Shop
from hansatsu.parties.shops.registering import change_shop, stop_shop
from hansatsu.parties.shops.takes import are_as, wanted
from hansatsu.parties.shops.tasks import forget_drafts
from hansatsu.parties.shops.terminals import open_terminal
from hansatsu.parties.staff.checking import open_staff
from tests.support.sheets import csv_file, line, rows, xlsx
from tests.town import PASSWORD, Town, quick_hashing


@pytest.fixture
def by(town: Town) -> Actor:
    return Actor(town.issuer, "staff:1", "事務 一郎", "console")


def imported(town: Town, by: Actor, lines: Iterable[dict[str, str]], **more: Any) -> Batch:
    result = read_shops(
        town.issuer, xlsx(rows(lines)), accounts=True, known=more.get("known", False)
    )
    assert not result.refused, result
    batch = batches.draft(by, BatchKind.FILE, result.changes, reason="新年度")
    assert batches.apply(by, batch, accounts=True).done == len(result.changes)
    batch.refresh_from_db()
    return batch


def ended(town: Town, by: Actor, emoney: Emoney) -> Batch:
    shops = list(Shop.objects.of(town.issuer))
    changes = plan(town.issuer, emoney, shops, BatchKind.END, start=None, end=None)
    settings = {"emoney": emoney.pk, "start": None, "end": None}
    batch = batches.draft(by, BatchKind.END, changes, reason="終了", settings=settings)
    assert batches.apply(by, batch, accounts=True).done == len(changes)
    batch.refresh_from_db()
    return batch


def begun(
    town: Town, by: Actor, *, start: datetime | None = None, end: datetime | None = None
) -> Batch:
    """A draft of taking one emoney in all shops."""
    shops = list(Shop.objects.of(town.issuer))
    changes = plan(town.issuer, town.all_shops, shops, BatchKind.START, start=start, end=end)
    settings = {
        "emoney": town.all_shops.pk,
        "start": start and start.isoformat(),
        "end": end and end.isoformat(),
    }
    return batches.draft(by, BatchKind.START, changes, reason="新年度", settings=settings)


def shops_of(town: Town) -> list[dict[str, Any]]:
    return list(Shop.objects.of(town.issuer).order_by("pk").values())


def test_ending_an_emoney_is_undone_with_the_periods_of_before(town: Town, by: Actor) -> None:
    """Before: all shops ended with one press, and nothing knew what they had taken until when."""
    end = clock.now() + timedelta(days=30)
    later = clock.now() + timedelta(days=40)
    pairs = [(town.shop.pk, town.all_shops.pk)]
    known = {"issuer_id": town.issuer.pk, "pairs": pairs}
    ledger.set_acceptances(ledger_connection(), end=end, **known)
    ledger.set_acceptances(ledger_connection(), start=later, end=None, **known)
    before = periods_of(town.issuer, town.all_shops.pk)
    batch = ended(town, by, town.all_shops)
    assert periods_of(town.issuer, town.all_shops.pk) == {}
    act = AuditEntry.objects.of(town.issuer).latest("pk")
    assert (act.act, act.after["shops"]) == ("emoney_not_accepted", ["S0001", "S0002"])
    assert set(act.things) == {
        f"shop_batch:{batch.pk}",
        f"shop:{town.shop.pk}",
        f"shop:{town.large_shop.pk}",
    }
    outcome = batches.undo(by, batch, reason="誤り", accounts=True)
    assert (outcome.done, outcome.left) == (2, [])
    after = periods_of(town.issuer, town.all_shops.pk)
    assert [each[1] for each in after[town.shop.pk]] == [each[1] for each in before[town.shop.pk]]
    assert after[town.shop.pk][1] == before[town.shop.pk][1]
    assert [each[1] for each in after[town.large_shop.pk]] == [None]
    act = AuditEntry.objects.of(town.issuer).latest("pk")
    assert (act.act, act.after["count"], act.reason) == ("shops_undone", 2, "誤り")
    batch.refresh_from_db()
    assert batches.undo(by, batch, reason="もう一度", accounts=True).done == 0


def test_a_shop_that_was_changed_since_is_left_and_named(town: Town, by: Actor) -> None:
    batch = ended(town, by, town.all_shops)
    ledger.set_acceptances(
        ledger_connection(),
        issuer_id=town.issuer.pk,
        pairs=[(town.shop.pk, town.all_shops.pk)],
        end=clock.now() + timedelta(days=2),
    )
    kept = periods_of(town.issuer, town.all_shops.pk)[town.shop.pk]
    outcome = batches.undo(by, batch, reason="誤り", accounts=True)
    assert outcome.done == 1
    assert [(each.code, each.why) for each in outcome.left] == [("S0001", Why.CHANGED)]
    assert periods_of(town.issuer, town.all_shops.pk)[town.shop.pk] == kept


def test_a_draft_that_is_not_as_it_was_shown_does_nothing(town: Town, by: Actor) -> None:
    shops = list(Shop.objects.of(town.issuer))
    changes = plan(town.issuer, town.all_shops, shops, BatchKind.END, start=None, end=None)
    settings = {"emoney": town.all_shops.pk, "start": None, "end": None}
    batch = batches.draft(by, BatchKind.END, changes, reason="終了", settings=settings)
    ledger.set_acceptances(
        ledger_connection(),
        issuer_id=town.issuer.pk,
        pairs=[(town.shop.pk, town.all_shops.pk)],
        end=clock.now() + timedelta(days=2),
    )
    before = periods_of(town.issuer, town.all_shops.pk)
    outcome = batches.apply(by, batch, accounts=True)
    assert (outcome.done, outcome.stale) == (0, [f"S0001 {town.shop.name}"])
    assert periods_of(town.issuer, town.all_shops.pk) == before
    assert not AuditEntry.objects.of(town.issuer).exists()
    other = Actor(town.issuer, "staff:2", "別人", "console")
    with pytest.raises(ValueError, match="drafted"):
        batches.apply(other, batch, accounts=True)


DAY = timedelta(days=1)


@pytest.mark.parametrize("start", [None, timedelta(hours=1)])
def test_that_what_it_began_ran_out_is_no_change(
    town: Town, by: Actor, clock_connection: psycopg.Connection, start: timedelta | None
) -> None:
    """Before: the day after, the page said that each shop had been changed since."""
    now = clock.now()
    batch = begun(town, by, start=now + start if start else None, end=now + DAY)
    assert batches.apply(by, batch, accounts=True).done == 2
    batch.refresh_from_db()
    ledger.set_clock(clock_connection, now + DAY * 2)
    assert batches.left_by_undoing(batch, accounts=True) == []
    outcome = batches.undo(by, batch, reason="誤り", accounts=True)
    assert (outcome.done, outcome.left) == (2, [])


def test_a_draft_is_done_though_what_it_ends_ran_out(
    town: Town, by: Actor, clock_connection: psycopg.Connection
) -> None:
    now = clock.now()
    pairs = [(town.shop.pk, town.all_shops.pk)]
    known = {"issuer_id": town.issuer.pk, "pairs": pairs}
    ledger.set_acceptances(ledger_connection(), end=now + timedelta(hours=1), **known)
    shops = list(Shop.objects.of(town.issuer))
    changes = plan(town.issuer, town.all_shops, shops, BatchKind.END, start=None, end=None)
    settings = {"emoney": town.all_shops.pk, "start": None, "end": None}
    batch = batches.draft(by, BatchKind.END, changes, reason="終了", settings=settings)
    ledger.set_clock(clock_connection, now + timedelta(hours=2))
    outcome = batches.apply(by, batch, accounts=True)
    assert (outcome.done, outcome.stale) == (2, [])


def test_a_draft_is_too_old_once_its_own_end_is_over(
    town: Town, by: Actor, clock_connection: psycopg.Connection
) -> None:
    """Before: the ledger refused it, and the page was an error page. Asked at the very moment, it
    names its shops and does nothing."""
    now = clock.now()
    batch = begun(town, by, end=now + timedelta(hours=1))
    assert batches.may_apply(by, batch, accounts=True)
    before = state(town)
    ledger.set_clock(clock_connection, now + timedelta(hours=1))
    assert not batches.may_apply(by, batch, accounts=True)
    outcome = batches.apply(by, batch, accounts=True)
    assert outcome.done == 0
    assert outcome.stale == [f"{shop.code} {shop.name}" for shop in (town.shop, town.large_shop)]
    assert state(town) == before


def test_drafts_that_nobody_has_done_go_after_a_day_with_their_accounts(
    town: Town, by: Actor, clock_connection: psycopg.Connection
) -> None:
    """Before: they lay until somebody of the same issuer drafted the next."""
    done = imported(town, by, [line(1)])
    result = read_shops(town.issuer, xlsx(rows([line(2)])), accounts=True, known=False)
    draft = batches.draft(by, BatchKind.FILE, result.changes, reason="新年度")
    ledger.set_clock(clock_connection, draft.drafted_at + DAY - timedelta(minutes=1))
    forget_drafts()
    assert Batch.objects.filter(pk=draft.pk).exists()
    ledger.set_clock(clock_connection, draft.drafted_at + DAY)
    forget_drafts()
    assert list(Batch.objects.of(town.issuer)) == [done]


def test_an_import_is_undone_but_for_shops_with_which_something_was_done(
    town: Town, by: Actor
) -> None:
    before = shops_of(town)
    batch = imported(town, by, [line(number) for number in range(8)])
    shops = list(Shop.objects.of(town.issuer).filter(code__startswith="K"))
    town.charge(town.resident, town.all_shops, 500)
    assert town.pay(town.resident, shops[0], 100).paid
    open_terminal(shops[1], "レジ", kind="page")
    with quick_hashing():
        open_staff(
            town.issuer,
            login_id=f"m-{shops[2].pk}",
            password=PASSWORD,
            role="manager",
            display_name="店長",
            shop=shops[2],
        )
    new = {"address": "駅前1"}
    change_shop(by, shops[3], new, reason="転居")
    why = {"K00000": Why.PAID, "K00001": Why.USED, "K00002": Why.STAFF, "K00003": Why.CHANGED}
    left = batches.left_by_undoing(batch, accounts=True)
    assert {each.code: each.why for each in left} == why
    assert len(batches.left_by_undoing(batch, accounts=False)) == 8
    outcome = batches.undo(by, batch, reason="誤り", accounts=True)
    assert (outcome.done, {each.code: each.why for each in outcome.left}) == (4, why)
    codes = [shop["code"] for shop in shops_of(town)]
    assert codes == [shop["code"] for shop in before] + list(why)
    assert AccountVersion.objects.of(town.issuer).count() == 4
    taken = ledger.takes(ledger_connection(), town.issuer.pk)
    assert set(taken) == {shop["id"] for shop in shops_of(town)}
    act = AuditEntry.objects.of(town.issuer).latest("pk")
    assert act.before["shops"] == ["K00004", "K00005", "K00006", "K00007"]
    assert [text.split()[0] for text in act.after["left"]] == list(why)
    imported(town, by, [line(5)])  # its number is free again


def test_changes_of_a_file_are_undone(town: Town, by: Actor) -> None:
    before = shops_of(town)
    changed = line(1) | {"加盟店番号": "S0001", "使える電子マネー": "全店共通"}
    batch = imported(town, by, [changed, line(2)], known=True)
    shop = Shop.objects.get(pk=town.shop.pk)
    assert (shop.name, shop.address) == ("商店1", "中央町1")
    assert ledger.takes(ledger_connection(), town.issuer.pk)[shop.pk] == [town.all_shops.pk]
    assert AccountVersion.objects.filter(shop=shop).exists()
    act = AuditEntry.objects.of(town.issuer).latest("pk")
    assert (act.after["count"], act.after["made"], act.after["changed"]) == (2, 1, 1)
    assert batches.undo(by, batch, reason="誤り", accounts=True).done == 2
    assert shops_of(town) == before
    assert ledger.takes(ledger_connection(), town.issuer.pk)[shop.pk] == [
        town.all_shops.pk,
        town.small_shops.pk,
    ]
    assert entered(town.issuer, [shop.pk]) == {}


END = timedelta(days=30)
LATER = timedelta(days=40)
ONLY_SMALL, ONLY_ALL, BOTH = "中小店舗限定", "全店共通", "全店共通、中小店舗限定"


@pytest.fixture
def campaign(town: Town) -> Town:
    """The shop takes one emoney until a day, and once more later; the other not at all."""
    connection, shop = ledger_connection(), town.shop.pk
    known = {"issuer_id": town.issuer.pk, "pairs": [(shop, town.all_shops.pk)]}
    ledger.end_acceptances(
        connection, issuer_id=town.issuer.pk, pairs=[(shop, town.small_shops.pk)]
    )
    ledger.set_acceptances(connection, end=clock.now() + END, **known)
    ledger.set_acceptances(connection, start=clock.now() + LATER, **known)
    return town


def periods(town: Town, emoney: Emoney) -> list[list[str | None]]:
    return periods_of(town.issuer, emoney.pk).get(town.shop.pk, [])


def state(town: Town) -> tuple[object, ...]:
    """What a refusal leaves as it was."""
    return (
        shops_of(town),
        ledger.acceptances(ledger_connection(), town.issuer.pk),
        list(AccountVersion.objects.of(town.issuer).values()),
        AuditEntry.objects.of(town.issuer).count(),
        list(Batch.objects.of(town.issuer).values("applied_at", "rows", "undone")),
    )


def drafted(town: Town, by: Actor, takes: str) -> Batch:
    """A file that says of the one shop what it takes."""
    content = csv_file([["加盟店番号", "使える電子マネー"], ["S0001", takes]])
    result = read_shops(town.issuer, content, accounts=True, known=True)
    assert not result.refused, result
    return batches.draft(by, BatchKind.FILE, result.changes, reason="新年度")


def applied(town: Town, by: Actor, takes: str) -> Batch:
    batch = drafted(town, by, takes)
    assert batches.apply(by, batch, accounts=True).done == 1
    batch.refresh_from_db()
    return batch


def undone(by: Actor, batch: Batch) -> None:
    outcome = batches.undo(by, batch, reason="誤り", accounts=True)
    assert (outcome.done, outcome.left) == (1, [])


def test_a_file_leaves_the_periods_of_what_is_taken_already(campaign: Town, by: Actor) -> None:
    """Before: whatever it named became endless, and what was planned for later was dropped."""
    before = periods(campaign, campaign.all_shops)
    batch = applied(campaign, by, BOTH)
    assert periods(campaign, campaign.all_shops) == before
    assert [end for _, end in periods(campaign, campaign.small_shops)] == [None]
    undone(by, batch)
    assert periods(campaign, campaign.all_shops) == before
    assert periods(campaign, campaign.small_shops) == []


def test_what_a_file_ended_comes_back_until_its_old_end(campaign: Town, by: Actor) -> None:
    running, planned = periods(campaign, campaign.all_shops)
    batch = applied(campaign, by, ONLY_SMALL)
    assert periods(campaign, campaign.all_shops) == []
    undone(by, batch)
    assert periods(campaign, campaign.small_shops) == []
    again, later = periods(campaign, campaign.all_shops)
    assert (again[1], later) == (running[1], planned)


def test_what_was_planned_and_begins_by_a_file_is_planned_again(campaign: Town, by: Actor) -> None:
    pairs = [(campaign.shop.pk, campaign.small_shops.pk)]
    known = {"issuer_id": campaign.issuer.pk, "pairs": pairs}
    ledger.set_acceptances(ledger_connection(), start=clock.now() + LATER, **known)
    before = [periods(campaign, each) for each in (campaign.all_shops, campaign.small_shops)]
    content = csv_file([["加盟店番号", "使える電子マネー"], ["S0001", ONLY_ALL]])
    result = read_shops(campaign.issuer, content, accounts=True, known=True)
    assert "変わるところがありません" in result.error  # a plan is not in the file, and stays
    batch = applied(campaign, by, BOTH)
    assert [end for _, end in periods(campaign, campaign.small_shops)] == [None]
    undone(by, batch)
    after = [periods(campaign, each) for each in (campaign.all_shops, campaign.small_shops)]
    assert after == before


def test_an_end_that_changed_since_is_not_overwritten(campaign: Town, by: Actor) -> None:
    batch = applied(campaign, by, BOTH)
    stale = drafted(campaign, by, ONLY_SMALL)
    ledger.set_acceptances(
        ledger_connection(),
        issuer_id=campaign.issuer.pk,
        pairs=[(campaign.shop.pk, campaign.all_shops.pk)],
        end=clock.now() + timedelta(days=2),
    )
    before = state(campaign)
    outcome = batches.undo(by, batch, reason="誤り", accounts=True)
    assert (outcome.done, [each.why for each in outcome.left]) == (0, [Why.CHANGED])
    outcome = batches.apply(by, stale, accounts=True)
    assert (outcome.done, outcome.stale) == (0, [f"S0001 {campaign.shop.name}"])
    assert state(campaign) == before


def test_a_new_shop_whose_end_was_set_since_stays(town: Town, by: Actor) -> None:
    batch = imported(town, by, [line(1)])
    shop = Shop.objects.of(town.issuer).get(code="K00001")
    ledger.set_acceptances(
        ledger_connection(),
        issuer_id=town.issuer.pk,
        pairs=[(shop.pk, town.all_shops.pk)],
        end=clock.now() + timedelta(days=2),
    )
    before = state(town)
    outcome = batches.undo(by, batch, reason="誤り", accounts=True)
    assert (outcome.done, [each.why for each in outcome.left]) == (0, [Why.CHANGED])
    assert state(town) == before


def test_a_stopped_shop_takes_nothing_by_a_file(town: Town, by: Actor) -> None:
    """It took nothing when the file was read, and nothing when it was stopped."""
    batch = applied(town, by, ONLY_ALL)
    pairs = [(town.shop.pk, each.pk) for each in (town.all_shops, town.small_shops)]
    ledger.end_acceptances(ledger_connection(), issuer_id=town.issuer.pk, pairs=pairs)
    stale = drafted(town, by, BOTH)
    assert stop_shop(by, town.shop, reason="閉店")
    before = state(town)
    outcome = batches.apply(by, stale, accounts=True)
    assert (outcome.done, outcome.stale) == (0, [f"S0001 {town.shop.name}"])
    outcome = batches.undo(by, batch, reason="誤り", accounts=True)
    assert (outcome.done, [each.why for each in outcome.left]) == (0, [Why.STOPPED])
    assert state(town) == before


def test_a_period_that_ran_out_is_no_change() -> None:
    now = clock.now()
    start, end = (now - END).isoformat(), (now + END).isoformat()
    known = {"1": [[start, end]], "2": [[start, None]], "3": [[end, None]]}
    left = {"2": [[start, None]], "3": [[end, None]]}
    assert are_as(left, known, now + LATER)
    assert not are_as(left, known, now)
    assert not are_as({**left, "2": [[start, end]]}, known, now + LATER)
    assert wanted([1, 2], known, now) == known
    assert wanted([2, 4], known, now) == {**left, "4": [[None, None]]}
    assert wanted([1, 2, 3], known, now) == known | {"3": [[None, None]]}


def test_a_fault_of_the_database_is_no_success(
    town: Town, by: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before: whatever it was, the page said that no shop was registered, in green."""

    def broken(*_: Any) -> None:
        raise IntegrityError("another constraint")

    batch = drafted(town, by, ONLY_ALL)
    before = state(town)
    monkeypatch.setattr(batch_files, "apply", broken)
    with pytest.raises(IntegrityError, match="another"):
        batches.apply(by, batch, accounts=True)
    assert state(town) == before


def test_accounts_are_set_by_who_still_may(town: Town, by: Actor) -> None:
    result = read_shops(town.issuer, xlsx(rows([line(1)])), accounts=True, known=False)
    batch = batches.draft(by, BatchKind.FILE, result.changes, reason="新年度")
    before = state(town)
    assert not batches.may_apply(by, batch, accounts=False)
    with pytest.raises(ValueError, match="accounts"):
        batches.apply(by, batch, accounts=False)
    assert state(town) == before
    assert batches.may_apply(by, batch, accounts=True)
    assert batches.apply(by, batch, accounts=True).done == 1
    assert batches.apply(by, batch, accounts=False).done == 1  # pressed again: it was done
    other = drafted(town, by, ONLY_ALL)
    assert batches.apply(by, other, accounts=False).done == 1


def test_ten_thousand_shops_are_made_changed_and_undone(town: Town, by: Actor) -> None:
    """As many as a file may have, with all of them locked in the ledger at once."""
    before = shops_of(town)
    bare = dict.fromkeys(("金融機関番号", "支店番号", "預金種目", "口座番号", "口座名義カナ"), "")
    content = csv_file(rows(line(number) | bare for number in range(10_000)))
    result = read_shops(town.issuer, content, accounts=True, known=False)
    batch = batches.draft(by, BatchKind.FILE, result.changes, reason="合併")
    assert batches.apply(by, batch, accounts=True).done == 10_000
    batch.refresh_from_db()
    assert batches.undo(by, batch, reason="誤り", accounts=True).done == 10_000
    assert shops_of(town) == before
