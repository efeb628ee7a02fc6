"""A mistake is corrected by one who proposes and another who approves, once, and never below
nothing."""

import re
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from unittest import mock

import psycopg
import pytest
from django.db import IntegrityError, transaction
from django.http import HttpResponse

from hansatsu.database.connections import ledger_connection
from hansatsu.flows.support import corrections
from hansatsu.flows.support.models import Correction
from hansatsu.flows.support.timelines import card_timeline, resident_timeline
from hansatsu.formats.japan import expires_at_after, in_japan, last_day_after
from hansatsu.ledger import api as ledger
from hansatsu.messages.mail.models import Mail
from hansatsu.messages.relay.relay import relay_batch
from hansatsu.parties import clock
from hansatsu.parties.issuers.audit import CONSOLE, Actor
from hansatsu.parties.issuers.deeds import Deed
from hansatsu.parties.issuers.models import AuditEntry
from hansatsu.parties.wallets.selectors import total_balance
from tests.support.by_hand import found_by
from tests.support.check_folders import check_folder
from tests.support.clerks import Desk
from tests.support.clients import Visitor, words
from tests.support.racing import race
from tests.town import Town, make_town

FOLDER = check_folder("flows/support")


class Case:
    """Hanako holds 1,000 yen; support proposes, an operator approves."""

    def __init__(self, town: Town | None = None) -> None:
        self.town = town or make_town()
        self.resident = self.town.resident
        self.wallet = self.resident.wallet_id
        self.town.charge(self.resident, self.town.all_shops, 1000)
        self.support = Desk(self.town.issuer, "support")
        self.operator = Desk(self.town.issuer, "operator")

    @property
    def held(self) -> int:
        return total_balance(self.town.issuer, self.wallet)

    def lot(self) -> str:
        (lot,) = ledger.lots(ledger_connection(), self.town.issuer.pk, self.wallet)
        return str(lot.lot_id)

    def send(self, desk: Desk, page: str, **form: str) -> HttpResponse:
        """Fill in a form as it is shown."""
        found = re.search(r'name="key" value="([^"]+)"', words(desk.get(page)))
        assert found is not None
        return desk.post(page, {"reason": "窓口の入力誤り", "key": found[1], **form})

    def up(self, amount: int, desk: Desk | None = None, **form: str) -> HttpResponse:
        page = f"support/wallets/{self.wallet}/up/"
        fields = {"emoney": str(self.town.all_shops.pk), "amount": str(amount), "rule": "never"}
        return self.send(desk or self.support, page, **{**fields, **form})

    def down(self, amount: int) -> HttpResponse:
        page = f"support/wallets/{self.wallet}/down/"
        return self.send(self.support, page, lot=self.lot(), amount=str(amount))

    def newest(self) -> Correction:
        return Correction.objects.of(self.town.issuer).latest("pk")

    def decide(self, desk: Desk, act: str = "approve") -> HttpResponse:
        page = f"correction/{self.newest().pk}/{act}/"
        return desk.post(page, {"reason": "伝票を確認"})

    def deed(self) -> Deed:
        staff = self.support.staff
        return Deed(Actor(self.town.issuer, staff.actor, staff.display_name, CONSOLE), "伝票を確認")

    def approve(self) -> str:
        return corrections.approve(self.deed(), self.operator.staff, self.newest())

    def decline(self) -> str:
        return corrections.decline(self.deed(), self.operator.staff, self.newest())

    def acts(self) -> list[str]:
        entries = AuditEntry.objects.of(self.town.issuer).exclude(act="log_in")
        return [entry.act for entry in entries.order_by("pk")]

    def kinds(self) -> list[str]:
        entries = ledger.history(ledger_connection(), self.town.issuer.pk, self.wallet)
        return [entry.kind for entry in entries]


@contextmanager
def unlocked() -> Iterator[None]:
    """As if nobody locked a proposal: two have read it before one goes on."""
    both_have_read = threading.Barrier(2, timeout=60)

    def read(correction: Correction) -> Correction:
        row = Correction.objects.get(pk=correction.pk)
        both_have_read.wait()
        return row

    with mock.patch.object(corrections, "locked", read):
        yield


@pytest.fixture
def case() -> Case:
    return Case()


def broken() -> list[str]:
    paths = FOLDER.glob("*.sql")
    rows = [ledger_connection().execute(path.read_bytes()).fetchall() for path in paths]
    return [row[0] for found in rows for row in found]


def test_up_by_two_people(case: Case) -> None:
    assert case.up(500, rule="on", expires_on="2099-03-31").status_code == 303
    assert (case.held, case.kinds()) == (1000, ["issue"])
    assert case.decide(case.operator).status_code == 303
    assert (case.held, case.kinds()) == (1500, ["correction", "issue"])
    done = case.newest()
    assert (done.state, done.seq, done.decided_by) == ("approved", 2, case.operator.staff)
    lots = ledger.lots(ledger_connection(), case.town.issuer.pk, case.wallet)
    assert [lot.expires_at for lot in lots if lot.face == 500] == [done.expires_at]
    assert done.expires_at == datetime.fromisoformat("2099-04-01T00:00:00+09:00")
    assert case.acts() == ["correction_proposed", "correction_approved"]
    (line,) = AuditEntry.objects.of(case.town.issuer).filter(act="correction_approved")
    assert (line.reason, line.before, line.after) == (
        "伝票を確認",
        {"state": "proposed"},
        {"state": "approved", "amount": 500},
    )
    assert not [row for row in broken() if f"correction {done.pk} " in row]


def test_the_resident_reads_of_it_and_is_mailed(case: Case) -> None:
    case.down(300)
    case.decide(case.operator)
    assert case.held == 700
    page = words(Visitor.logged_in(case.resident).get("history/"))
    assert "訂正" in page
    assert "-300" in page
    while relay_batch():
        pass
    mail = Mail.objects.of(case.town.issuer).get(kind="correction")
    assert "残高訂正のお知らせ" in mail.subject
    assert "-300円" in mail.text
    assert "窓口の入力誤り" not in mail.text  # the office's own words
    rows = [row for row in resident_timeline(case.resident).rows if row.source == "correction"]
    assert [(row.kind, row.actor_name, row.amount) for row in rows] == [
        ("approved", case.operator.staff.display_name, -300),
        ("proposed", case.support.staff.display_name, -300),
    ]


def test_nobody_approves_their_own(case: Case) -> None:
    case.up(500, desk=case.operator)
    page = f"correction/{case.newest().pk}/"
    assert "承認する" not in words(case.operator.get(page))
    answer = case.decide(case.operator)
    assert answer.status_code == 422
    assert "ご自分の申請は承認できません" in words(answer)
    assert (case.held, case.newest().state) == (1000, "proposed")
    with pytest.raises(IntegrityError), transaction.atomic():
        Correction.objects.filter(pk=case.newest().pk).update(
            state="approved", decided_by=case.operator.staff, decided_at="2026-01-01T00:00Z", seq=1
        )
    assert case.acts() == ["correction_proposed"]


def test_who_may_not_approve(case: Case) -> None:
    case.up(500)
    other = Desk(case.town.issuer, "support")
    assert case.decide(other).status_code == 403
    assert case.decide(Desk(case.town.issuer, "viewer")).status_code == 403
    answer = case.decide(other, "decline")
    assert "権限がありません" in words(answer)
    assert (case.held, case.newest().state) == (1000, "proposed")
    assert case.decide(Desk(make_town().issuer, "owner")).status_code == 404
    assert case.decide(Desk(case.town.issuer, "accountant")).status_code == 303
    assert case.held == 1500


@pytest.mark.parametrize("by", ["support", "operator"])
def test_declined_or_taken_back(case: Case, by: str) -> None:
    case.down(300)
    assert case.decide(getattr(case, by), "decline").status_code == 303
    assert (case.held, case.newest().state) == (1000, "declined")
    answer = case.decide(case.operator)
    assert answer.status_code == 422
    assert "すでに承認または却下" in words(answer)
    assert case.held == 1000
    assert case.acts() == ["correction_proposed", "correction_declined"]


def test_pressed_twice_is_one_proposal_and_one_entry(case: Case) -> None:
    page = f"support/wallets/{case.wallet}/up/"
    form = {"emoney": str(case.town.all_shops.pk), "amount": "5", "reason": "誤り", "key": "k" * 20}
    form["rule"] = "never"
    answers = [case.support.post(page, form) for _ in range(2)]
    assert answers[0]["Location"] == answers[1]["Location"]
    assert Correction.objects.of(case.town.issuer).count() == 1
    assert [case.decide(case.operator).status_code for _ in range(2)] == [303, 422]
    assert (case.held, case.kinds()) == (1005, ["correction", "issue"])


class TestExpiryOfWhatIsGiven:
    """Chosen as on products; never blank by accident."""

    def given(self, case: Case, **form: str) -> HttpResponse:
        fields = {"emoney": str(case.town.all_shops.pk), "amount": "500", **form}
        return case.send(case.support, f"support/wallets/{case.wallet}/up/", **fields)

    def test_is_the_last_of_the_same_emoney_by_default(self, case: Case) -> None:
        town = case.town
        ends = [datetime(2098, month, 1, tzinfo=UTC) for month in (3, 9)]
        for at in ends:
            town.charge(town.resident, town.all_shops, 100, expires_at=at)
        town.charge(town.resident, town.small_shops, 100, expires_at=ends[1] + timedelta(days=9))
        page = f"support/wallets/{case.wallet}/up/"
        shown = words(case.support.get(page))
        assert re.search(r'value="last"[^>]* checked[ >]', shown)  # and no class of that name
        assert "2098/09/01" in shown
        assert self.given(case, rule="last").status_code == 303
        assert case.newest().expires_at == ends[1]

    def test_has_to_be_chosen_where_there_is_none(self, case: Case) -> None:
        before = Correction.objects.count()
        for form in ({}, {"rule": "last"}, {"rule": "on"}, {"rule": "after"}):
            answer = self.given(case, emoney=str(case.town.small_shops.pk), **form)
            assert answer.status_code == 422, form
        assert Correction.objects.count() == before

    def test_is_none_only_when_that_was_chosen(self, case: Case) -> None:
        assert self.given(case, rule="never").status_code == 303
        assert case.newest().expires_at is None

    def test_is_some_months_from_today(self, case: Case) -> None:
        assert self.given(case, rule="after", months="2").status_code == 303
        last = last_day_after(in_japan(clock.now()).date(), 2)
        assert case.newest().expires_at == expires_at_after(last)


def test_two_who_approve_at_once(case: Case) -> None:
    case.up(500)
    desks = [case.operator, Desk(case.town.issuer, "owner"), Desk(case.town.issuer, "accountant")]
    codes = race(lambda place: case.decide(desks[place]).status_code, callers=3)
    assert Counter(codes) == {303: 1, 422: 2}
    assert (case.held, case.kinds()) == (1500, ["correction", "issue"])
    assert case.acts() == ["correction_proposed", "correction_approved"]


def test_negative_control_without_the_rows_lock_both_decide(case: Case) -> None:
    """Both look, then both decide: so it is the row's lock that the tests beside this one test."""
    case.up(500)
    with unlocked():
        assert race(lambda place: (case.approve, case.decline)[place](), callers=2) == ["", ""]
    assert case.held == 1500
    decided = [act for act in case.acts() if act != "correction_proposed"]
    assert sorted(decided) == ["correction_approved", "correction_declined"]


def test_the_proposals_own_key_books_it_once_even_without_the_lock(case: Case) -> None:
    case.up(500)
    with unlocked():
        race(lambda _: case.approve(), callers=2)
    assert (case.held, case.kinds()) == (1500, ["correction", "issue"])


def test_proposed_many_times_at_once_is_one_proposal(case: Case) -> None:
    case.up(5)
    wanted = corrections.Proposal(case.resident, case.town.all_shops, 500)
    made = race(lambda _: corrections.propose(case.deed(), case.support.staff, wanted, key="k"))
    (one,) = {each.correction and each.correction.pk for each in made}
    assert one == case.newest().pk
    assert case.acts() == ["correction_proposed"] * 2
    assert case.held == 1000


def test_approved_and_declined_at_once(case: Case) -> None:
    case.up(500)
    desks = [(case.operator, "approve"), (Desk(case.town.issuer, "owner"), "decline")]
    codes = race(lambda place: case.decide(*desks[place]).status_code, callers=2)
    assert Counter(codes) == {303: 1, 422: 1}
    assert case.held == (1500 if case.newest().state == "approved" else 1000)


def test_lapsed(case: Case) -> None:
    case.up(500)
    waits = case.newest().lapses_at - case.newest().proposed_at
    assert waits == timedelta(days=7)
    Correction.objects.filter(pk=case.newest().pk).update(lapses_at=clock.now())
    answer = case.decide(case.operator)
    assert answer.status_code == 422
    assert "7日がたった" in words(answer)
    assert "期限切れ" in words(case.operator.get("correction/"))
    assert (case.held, case.newest().state) == (1000, "proposed")


def test_frozen_meanwhile_is_corrected_all_the_same(case: Case) -> None:
    case.down(300)
    case.support.post(f"support/residents/{case.resident.pk}/freeze/", {"reason": "調査"})
    assert case.decide(case.operator).status_code == 303
    assert case.held == 700
    assert case.town.pay(case.resident, case.town.shop, 100).outcome == "frozen"


def test_spent_meanwhile_goes_not_below_nothing(case: Case) -> None:
    case.down(300)
    case.town.pay(case.resident, case.town.shop, 800)
    answer = case.decide(case.operator)
    assert answer.status_code == 422
    assert "残高が足りません" in words(answer)
    assert (case.held, case.newest().state, case.newest().seq) == (200, "proposed", None)
    assert case.acts() == ["correction_proposed"]
    assert "correction" not in case.kinds()


def test_spent_at_the_same_moment(case: Case) -> None:
    case.down(700)

    def act(place: int) -> str:
        if place:
            return case.town.pay(case.resident, case.town.shop, 700).outcome
        return str(case.decide(case.operator).status_code)

    assert Counter(race(act, callers=2)) in ({"303": 1, "insufficient": 1}, {"422": 1, "paid": 1})
    assert case.held == 300


@pytest.mark.parametrize("amount", [1001, 0, -5])
def test_what_could_not_be_booked_is_not_proposed(case: Case, amount: int) -> None:
    assert case.down(amount).status_code == 422
    assert not Correction.objects.of(case.town.issuer).exists()
    assert (case.acts(), case.kinds()) == ([], ["issue"])


def test_beyond_the_limit_or_born_dead_is_not_proposed() -> None:
    case = Case(make_town(limits=ledger.Limits(holding=1200)))
    assert "上限を超えます" in words(case.up(201))
    assert "今日より後の日付" in words(case.up(10, rule="on", expires_on="2020-01-01"))
    foreign = make_town().all_shops
    assert case.up(10, emoney=str(foreign.pk)).status_code == 422
    assert not Correction.objects.of(case.town.issuer).exists()


def test_a_cards_value_is_corrected(case: Case) -> None:
    card = case.town.card(500)[1]
    case.wallet = card.wallet_id
    assert case.down(200).status_code == 303
    case.decide(case.operator)
    assert case.held == 300
    kinds = {f"{row.source}:{row.kind}" for row in card_timeline(card).rows}
    assert {"correction:proposed", "correction:approved", "entry:correction"} <= kinds


def test_another_issuers_wallet_is_not_found(case: Case) -> None:
    stranger = Desk(make_town().issuer, "owner")
    for page in ("up", "down"):
        answer = stranger.post(f"support/wallets/{case.wallet}/{page}/", {"amount": "1"})
        assert answer.status_code == 404
    assert case.kinds() == ["issue"]


@pytest.mark.parametrize("change", ["amount = amount + 1", "state = 'declined', seq = null"])
def test_verify_holds_proposals_against_the_books(
    case: Case, owner_connection: psycopg.Connection, change: str
) -> None:
    case.up(500)
    case.decide(case.operator)
    number = case.newest().pk
    assert not [row for row in broken() if f"correction {number} " in row]
    rows = found_by(
        FOLDER / "40_corrections_approved.sql",
        owner_connection,
        f"update support_correction set {change} where id = {number}",
        unguarded=["support_correction"],
    )
    assert [row for row in rows if row.startswith(f"correction {number} ")]
