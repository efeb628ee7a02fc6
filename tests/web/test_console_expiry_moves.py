"""Value lives longer, or lives again, when one proposes it and another approves it."""

import re
from collections import Counter
from datetime import date, datetime, timedelta

import psycopg
import pytest
from dateutil.relativedelta import relativedelta
from django.db import IntegrityError, transaction
from django.http import HttpResponse

from hansatsu.database.connections import ledger_connection
from hansatsu.flows.support import expiry_moves
from hansatsu.flows.support.models import ExpiryMove
from hansatsu.flows.support.timelines import card_timeline, resident_timeline
from hansatsu.formats.japan import expires_at_after, in_japan, start_of
from hansatsu.ledger import api as ledger
from hansatsu.messages.mail.models import Mail
from hansatsu.parties import clock
from hansatsu.parties.identity.models import Resident
from hansatsu.parties.issuers.models import AuditEntry
from hansatsu.parties.wallets.selectors import history_page, total_balance
from tests.support.by_hand import found_by
from tests.support.check_folders import check_folder
from tests.support.clerks import Desk
from tests.support.clients import words
from tests.support.racing import race
from tests.town import Town, make_town

CHECK = check_folder("flows/support") / "41_expiry_moves_approved.sql"


class Case:
    """Hanako holds 1,000 yen that live for twenty days; support proposes, an operator approves."""

    def __init__(self) -> None:
        self.town: Town = make_town()
        self.resident = self.town.resident
        self.wallet = self.resident.wallet_id
        self.today: date = in_japan(clock.now()).date()
        self.last = self.today + timedelta(days=20)
        self.town.charge(self.resident, self.town.all_shops, 1000, expires_at_after(self.last))
        self.support = Desk(self.town.issuer, "support")
        self.operator = Desk(self.town.issuer, "operator")

    def lots(self) -> list[ledger.Lot]:
        return ledger.lots(ledger_connection(), self.town.issuer.pk, self.wallet)

    def held(self) -> int:
        return total_balance(self.town.issuer, self.wallet)

    def die(self, amount: int = 500) -> int:
        """Value that dies at once, and is swept; returns the entry that booked it."""
        now = clock.now()
        self.town.charge(
            self.resident, self.town.all_shops, amount, now + timedelta(milliseconds=30)
        )
        while not (dead := self._expiries()):
            ledger.expire_due(ledger_connection())
        return dead[0].seq

    def _expiries(self) -> list[ledger.Entry]:
        return ledger.history(
            ledger_connection(), self.town.issuer.pk, self.wallet, kinds=("expiry",)
        )

    def send(self, page: str, which: object, last: date, desk: Desk | None = None) -> HttpResponse:
        desk = desk or self.support
        address = f"support/wallets/{self.wallet}/{page}/"
        found = re.search(r'name="key" value="([^"]+)"', words(desk.get(address)))
        assert found is not None
        form = {"which": str(which), "expires_on": str(last), "reason": "告知の遅れ"}
        return desk.post(address, {**form, "key": found[1]})

    def move(self, last: date, desk: Desk | None = None) -> HttpResponse:
        (lot, *_) = self.lots()
        return self.send("expiry", lot.lot_id, last, desk)

    def newest(self) -> ExpiryMove:
        return ExpiryMove.objects.of(self.town.issuer).latest("pk")

    def decide(self, desk: Desk, act: str = "approve") -> HttpResponse:
        return desk.post(f"expirymove/{self.newest().pk}/{act}/", {"reason": "広報紙を確認"})

    def expiries(self) -> set[datetime | None]:
        return {lot.expires_at for lot in self.lots()}

    def acts(self) -> list[str]:
        entries = AuditEntry.objects.of(self.town.issuer).exclude(act="log_in")
        return [entry.act for entry in entries.order_by("pk")]

    def mails(self) -> list[Mail]:
        return list(Mail.objects.of(self.town.issuer).filter(kind="expiry_moved"))

    def broken(self) -> list[str]:
        rows = ledger_connection().execute(CHECK.read_bytes()).fetchall()
        return [row[0] for row in rows if f"expiry move {self.newest().pk} " in row[0]]


@pytest.fixture
def case() -> Case:
    return Case()


def test_later_by_two_people_with_mail_and_record(case: Case) -> None:
    later = case.last + timedelta(days=60)
    assert case.move(later).status_code == 303
    assert case.expiries() == {expires_at_after(case.last)}
    assert case.mails() == []
    assert case.decide(case.operator).status_code == 303
    assert case.expiries() == {expires_at_after(later)}
    assert case.held() == 1000
    row = case.newest()
    assert (row.state, row.decided_by) == ("approved", case.operator.staff)
    assert case.acts() == ["expiry_move_proposed", "expiry_move_approved"]
    line = AuditEntry.objects.of(case.town.issuer).get(act="expiry_move_approved")
    assert line.things == [case.resident.actor]
    assert line.before == {"state": "proposed", "expires_on": f"{case.last:%Y/%m/%d}"}
    assert line.after == {
        "state": "approved",
        "expires_on": f"{later:%Y/%m/%d}",
        "amount": 1000,
    }
    (mail,) = case.mails()
    assert "有効期限の変更のお知らせ" in mail.subject
    for said in (
        "1,000円分",
        f"{case.last.month}月{case.last.day}日",
        f"{later.month}月{later.day}日",
    ):
        assert said in mail.text
    assert "告知の遅れ" not in mail.text
    rows = [row for row in resident_timeline(case.resident).rows if row.source == "expiry_move"]
    assert [each.kind for each in rows] == ["approved", "proposed"]
    assert case.broken() == []


def test_what_had_expired_lives_again(case: Case) -> None:
    seq = case.die(500)
    assert case.held() == 1000
    last = case.today + timedelta(days=5)
    assert case.send("unexpire", seq, last).status_code == 303
    assert case.held() == 1000
    assert case.decide(case.operator).status_code == 303
    assert case.held() == 1500
    assert case.expiries() == {expires_at_after(last), expires_at_after(case.last)}
    (mail,) = case.mails()
    assert "もう一度ご利用いただける" in mail.text
    assert "500円分" in mail.text
    page = history_page(case.town.issuer, case.wallet, show="expiries")
    assert [(row.kind, row.amount) for row in page.rows] == [("unexpire", 500), ("expiry", 500)]
    answer = case.send("unexpire", seq, last)
    assert answer.status_code == 422
    assert "すでに取り消されています" in words(answer)
    assert case.broken() == []


def test_a_mail_in_english(case: Case) -> None:
    Resident.objects.filter(pk=case.resident.pk).update(language="en")
    case.move(case.last + timedelta(days=3))
    case.decide(case.operator)
    (mail,) = case.mails()
    assert "The expiry of your value was changed" in mail.subject
    assert "New expiry: until" in mail.text


def test_never_earlier(case: Case) -> None:
    for day in (case.last, case.last - timedelta(days=1), case.today):
        answer = case.move(day)
        assert answer.status_code == 422, day
        assert "今の期限より後の日" in words(answer)
    assert not ExpiryMove.objects.of(case.town.issuer).exists()
    assert case.expiries() == {expires_at_after(case.last)}
    assert case.acts() == []


def test_never_past_six_months_for_what_is_exempt(case: Case) -> None:
    end = start_of(case.today) + relativedelta(months=6)  # the first moment of not
    answer = case.move(in_japan(end).date())
    assert answer.status_code == 422
    assert "6か月を超える有効期限にはできません" in words(answer)
    assert not ExpiryMove.objects.of(case.town.issuer).exists()
    assert case.move(in_japan(end).date() - timedelta(days=1)).status_code == 303


def test_what_lives_longer_already_may_live_longer_still(case: Case) -> None:
    case.town.pay(case.resident, case.town.shop, 1000)
    last = case.today + timedelta(days=300)
    case.town.charge(case.resident, case.town.all_shops, 70, expires_at_after(last))
    assert case.move(last + timedelta(days=30)).status_code == 303
    assert case.decide(case.operator).status_code == 303
    assert case.expiries() == {expires_at_after(last + timedelta(days=30))}


def test_nobody_approves_their_own(case: Case) -> None:
    case.move(case.last + timedelta(days=9), case.operator)
    assert "承認する" not in words(case.operator.get(f"support/expirymove/{case.newest().pk}/"))
    answer = case.decide(case.operator)
    assert answer.status_code == 422
    assert "ご自分の申請は承認できません" in words(answer)
    assert case.expiries() == {expires_at_after(case.last)}
    with pytest.raises(IntegrityError), transaction.atomic():
        ExpiryMove.objects.filter(pk=case.newest().pk).update(
            state="approved", decided_by=case.operator.staff, decided_at="2026-01-01T00:00Z", seq=1
        )
    assert case.acts() == ["expiry_move_proposed"]
    assert case.mails() == []


def test_who_may_not(case: Case) -> None:
    case.move(case.last + timedelta(days=9))
    other = Desk(case.town.issuer, "support")
    assert case.decide(other).status_code == 403
    assert case.decide(Desk(case.town.issuer, "viewer")).status_code == 403
    answer = case.decide(other, "decline")
    assert "権限がありません" in words(answer)
    assert case.decide(Desk(make_town().issuer, "owner")).status_code == 404
    assert (case.newest().state, case.expiries()) == ("proposed", {expires_at_after(case.last)})
    assert case.decide(Desk(case.town.issuer, "accountant")).status_code == 303


@pytest.mark.parametrize("by", ["support", "operator"])
def test_declined_or_taken_back(case: Case, by: str) -> None:
    case.move(case.last + timedelta(days=9))
    assert case.decide(getattr(case, by), "decline").status_code == 303
    answer = case.decide(case.operator)
    assert answer.status_code == 422
    assert "すでに承認または却下" in words(answer)
    assert case.expiries() == {expires_at_after(case.last)}
    assert case.acts() == ["expiry_move_proposed", "expiry_move_declined"]
    assert case.mails() == []


def test_lapsed(case: Case) -> None:
    case.move(case.last + timedelta(days=9))
    ExpiryMove.objects.filter(pk=case.newest().pk).update(lapses_at=clock.now())
    answer = case.decide(case.operator)
    assert answer.status_code == 422
    assert "7日がたった" in words(answer)
    assert case.expiries() == {expires_at_after(case.last)}


def test_two_who_approve_at_once(case: Case) -> None:
    case.move(case.last + timedelta(days=9))
    desks = [case.operator, Desk(case.town.issuer, "owner"), Desk(case.town.issuer, "accountant")]
    codes = race(lambda place: case.decide(desks[place]).status_code, callers=3)
    assert Counter(codes) == {303: 1, 422: 2}
    assert case.acts() == ["expiry_move_proposed", "expiry_move_approved"]
    assert len(case.mails()) == 1


def test_negative_control_without_the_rows_lock_both_decide(
    case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    import threading

    case.move(case.last + timedelta(days=9))
    both_have_read = threading.Barrier(2, timeout=60)

    def read(move: ExpiryMove) -> ExpiryMove:
        row = ExpiryMove.objects.get(pk=move.pk)
        both_have_read.wait()
        return row

    monkeypatch.setattr(expiry_moves, "locked", read)
    acts = (lambda: case.decide(case.operator), lambda: case.decide(case.operator, "decline"))

    def act(place: int) -> int:
        try:
            return acts[place]().status_code
        except IntegrityError:  # the database's own guard, when the approval comes first
            return 303

    assert race(act, callers=2) == [303, 303]  # nobody is told that it is decided
    assert "expiry_move_approved" in case.acts()[1:]


def test_a_card_has_nobody_to_tell(case: Case) -> None:
    _, card = case.town.card()
    case.town.charge(card, case.town.all_shops, 30, expires_at_after(case.last))
    case.wallet = card.wallet_id
    assert case.move(case.last + timedelta(days=9)).status_code == 303
    assert case.decide(case.operator).status_code == 303
    assert case.mails() == []
    rows = [row for row in card_timeline(card).rows if row.source == "expiry_move"]
    assert len(rows) == 2


def test_who_has_left_is_told_nothing(case: Case) -> None:
    case.move(case.last + timedelta(days=9))
    Resident.objects.filter(pk=case.resident.pk).update(closed_at=clock.now())
    assert case.decide(case.operator).status_code == 303
    assert case.mails() == []


def test_an_empty_wallet_says_so(case: Case) -> None:
    case.town.pay(case.resident, case.town.shop, 1000)
    page = case.support.get(f"support/wallets/{case.wallet}/expiry/")
    assert "期限のある残高はありません" in words(page)
    page = case.support.get(f"support/wallets/{case.wallet}/unexpire/")
    assert "期限切れになった残高はありません" in words(page)


@pytest.mark.parametrize(
    "change",
    [
        "seq = seq + 1",
        "expires_at = expires_at + interval '1 day'",
        "state = 'declined', seq = null",
    ],
)
def test_the_check_finds_what_was_not_approved(
    case: Case, owner_connection: psycopg.Connection, change: str
) -> None:
    case.move(case.last + timedelta(days=9))
    case.decide(case.operator)
    number = case.newest().pk
    assert case.broken() == []
    rows = found_by(
        CHECK,
        owner_connection,
        f"update support_expirymove set {change} where id = {number}",
        unguarded=["support_expirymove"],
    )
    assert [row for row in rows if row.startswith(f"expiry move {number} ")]
