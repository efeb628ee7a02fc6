"""Where a shop is paid is entered by one person and approved by another."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any
from unittest import mock

import psycopg
import pytest
from django.db import IntegrityError, transaction

from hansatsu.parties import clock
from hansatsu.parties.issuers.audit import CONSOLE, Actor, audit
from hansatsu.parties.issuers.deeds import Deed
from hansatsu.parties.issuers.models import AuditEntry
from hansatsu.parties.seals.bank_accounts import BankAccount, open_account, seal_account
from hansatsu.parties.shops import account_versions, batches
from hansatsu.parties.shops.account_versions import (
    Approved,
    approve,
    approve_together,
    decline,
    enter,
    entered,
    open_version,
    to_pay,
    waiting,
)
from hansatsu.parties.shops.changes import Why
from hansatsu.parties.shops.importing import read_shops
from hansatsu.parties.shops.models import (
    AccountState,
    AccountVersion,
    Batch,
    BatchKind,
    Shop,
    ShopAccount,
)
from tests.support.racing import race
from tests.support.sheets import csv_file, line, rows, xlsx
from tests.town import Town, make_town

FIRST = BankAccount("0129", "101", "1", "1234567", "ﾋﾏﾜﾘ ﾀﾛｳ")
SECOND = BankAccount("0129", "101", "2", "7654321", "ｶ)ﾃﾝﾉｳｽﾞ")
MASKED = "足利 宇都宮 0129-101 普通 ****567 ヒマワリ タロウ"


def history(shop: Shop) -> list[AccountVersion]:
    return list(AccountVersion.objects.filter(shop=shop).order_by("-pk"))


def account_of(shop: Shop) -> BankAccount | None:
    """The account in force."""
    version = to_pay(shop.issuer, [shop.pk]).get(shop.pk)
    return open_version(version) if version else None


class Case:
    """Two of the issuer's staff, and a shop."""

    def __init__(self, town: Town | None = None) -> None:
        self.town = town or make_town()
        self.issuer, self.shop = self.town.issuer, self.town.shop
        self.keiko = Actor(self.issuer, "staff:1", "経理 恵子", CONSOLE)
        self.osamu = Actor(self.issuer, "staff:2", "責任 治", CONSOLE)

    def enter(self, account: BankAccount = FIRST, by: Actor | None = None) -> bool:
        return enter(by or self.keiko, self.shop, account, reason="届出")

    def newest(self) -> AccountVersion:
        return history(self.shop)[0]

    def approve(self, by: Actor | None = None, version: AccountVersion | None = None) -> str:
        return approve(Deed(by or self.osamu, "通帳を確認"), version or self.newest())

    def states(self) -> list[str]:
        return [each.state for each in reversed(history(self.shop))]

    def all(self) -> tuple[object, ...]:
        """What a refusal leaves as it was."""
        versions = AccountVersion.objects.of(self.issuer).order_by("pk").values()
        return list(versions), AuditEntry.objects.of(self.issuer).count()

    def last_act(self) -> AuditEntry:
        return AuditEntry.objects.of(self.issuer).latest("pk")

    def imported(self, *lines: dict[str, str], known: bool = False) -> Batch:
        found = read_shops(self.issuer, xlsx(rows(lines)), accounts=True, known=known)
        assert not found.refused, found
        batch = batches.draft(self.keiko, BatchKind.FILE, found.changes, reason="新年度")
        assert batches.apply(self.keiko, batch, accounts=True).done == len(found.changes)
        batch.refresh_from_db()
        return batch

    def undo(self, batch: Batch) -> batches.Outcome:
        return batches.undo(self.keiko, batch, reason="誤り", accounts=True)


@pytest.fixture
def case(town: Town) -> Case:
    return Case(town)


def test_an_account_changes_nothing_until_somebody_else_approves_it(case: Case) -> None:
    assert case.enter()
    assert account_of(case.shop) is None
    assert to_pay(case.issuer, [case.shop.pk]) == {}
    assert [each.shop for each in waiting(case.issuer)] == [case.shop]
    assert (case.last_act().act, case.last_act().before) == ("shop_account", {})
    assert case.last_act().after == {"account": MASKED}
    before = case.all()
    assert case.approve(by=case.keiko) == "oneself"
    assert case.all() == before
    assert case.approve() == ""
    assert account_of(case.shop) == FIRST
    assert not waiting(case.issuer).exists()
    version = to_pay(case.issuer, [case.shop.pk])[case.shop.pk]
    assert open_version(version) == FIRST
    assert (version.entered_by, version.decided_by) == ("staff:1", "staff:2")
    act = case.last_act()
    assert (act.act, act.subject) == ("shop_account_approved", f"shop:{case.shop.pk}")
    assert (act.reason, act.after) == ("通帳を確認", {"account": MASKED})
    assert "1234567" not in str((act.before, act.after))


def test_the_account_of_before_is_paid_until_the_next_is_approved(case: Case) -> None:
    case.enter()
    case.approve()
    case.enter(SECOND)
    assert account_of(case.shop) == FIRST
    assert entered(case.issuer, [case.shop.pk])[case.shop.pk] == case.newest()
    case.approve()
    assert account_of(case.shop) == SECOND
    assert case.last_act().before == {"account": MASKED}


def test_what_is_entered_last_already_is_not_entered_again(case: Case) -> None:
    case.enter()
    before = case.all()
    assert not case.enter(by=case.osamu)
    assert case.all() == before
    case.approve()
    before = case.all()
    assert not case.enter()
    assert case.all() == before


def test_entering_another_takes_back_what_waits(case: Case) -> None:
    case.enter()
    case.enter(SECOND, by=case.osamu)
    assert case.states() == ["withdrawn", "waiting"]
    first = history(case.shop)[1]
    assert case.approve(version=first) == "decided"
    assert case.approve(by=case.osamu) == "oneself"
    assert case.approve(by=case.keiko) == ""
    assert account_of(case.shop) == SECOND


def test_entering_what_is_in_force_only_takes_back_what_waits(case: Case) -> None:
    case.enter()
    case.approve()
    case.enter(SECOND)
    assert case.enter(FIRST)
    assert case.states() == ["approved", "withdrawn"]
    assert account_of(case.shop) == FIRST


def test_a_declined_account_is_never_paid(case: Case) -> None:
    case.enter()
    assert decline(Deed(case.keiko, "打ち間違い"), case.newest()) == ""
    assert (case.last_act().act, case.last_act().before) == (
        "shop_account_declined",
        {"account": MASKED},
    )
    before = case.all()
    assert case.approve() == "decided"
    assert decline(Deed(case.osamu, "もう一度"), case.newest()) == "decided"
    assert case.all() == before
    assert account_of(case.shop) is None
    assert case.enter()  # the same account may come again
    assert case.approve() == ""


@pytest.mark.parametrize(
    ("entered_by", "decided_by"), [("staff:1", "staff:1"), ("staff:1", ""), ("", "staff:2")]
)
def test_the_database_holds_that_two_agreed(case: Case, entered_by: str, decided_by: str) -> None:
    now = clock.now()
    with pytest.raises(IntegrityError, match="approved_by_another"), transaction.atomic():
        AccountVersion.objects.create(
            issuer=case.issuer,
            shop=case.shop,
            sealed=seal_account(FIRST),
            entered_by=entered_by,
            entered_at=now,
            state=AccountState.APPROVED,
            decided_by=decided_by,
            decided_at=now,
        )
    assert not AccountVersion.objects.of(case.issuer).exists()


@pytest.mark.parametrize(
    "change",
    [
        {"sealed": "other"},
        {"entered_by": "staff:9"},
        {"state": "waiting", "decided_by": "", "decided_at": None},
        {"decided_by": "staff:9"},
    ],
)
def test_what_was_decided_stays(case: Case, change: dict[str, Any]) -> None:
    case.enter()
    case.approve()
    before = case.all()
    rows_of_it = AccountVersion.objects.filter(pk=case.newest().pk)
    with pytest.raises(IntegrityError), transaction.atomic():
        rows_of_it.update(**change)
    assert case.all() == before
    assert rows_of_it.update(told_decided_at=clock.now()) == 1


@contextmanager
def unlocked() -> Iterator[None]:
    """As if nobody held the shops: two have read before one goes on."""
    both_have_read = threading.Barrier(2, timeout=60)

    def held(version: AccountVersion) -> AccountVersion:
        row = AccountVersion.objects.select_related("issuer", "shop").get(pk=version.pk)
        both_have_read.wait()
        return row

    with mock.patch.object(account_versions, "_held", held):
        yield


def approvals(case: Case) -> int:
    return AuditEntry.objects.of(case.issuer).filter(act="shop_account_approved").count()


def test_two_who_approve_at_once_approve_once() -> None:
    case = Case()
    case.enter()
    version = case.newest()
    said = race(lambda _place: case.approve(version=version), 2)
    assert sorted(said) == ["", "decided"]
    assert approvals(case) == 1


def test_without_the_lock_two_would_approve() -> None:
    case = Case()
    case.enter()
    version = case.newest()

    def try_it(_place: int) -> str:
        try:
            return case.approve(version=version)
        except IntegrityError:  # the database holds it even then
            return "refused by the database"

    with unlocked():
        said = race(try_it, 2)
    assert sorted(said) == ["", "refused by the database"]


def test_what_is_entered_while_another_is_approved_waits() -> None:
    """Whichever comes first: never is the new account paid unseen, nor one that was taken back."""
    for _round in range(3):
        _enter_while_approving(Case())


def _enter_while_approving(case: Case) -> None:
    case.enter()
    version = case.newest()
    acts = (lambda: case.approve(version=version), lambda: str(case.enter(SECOND)))
    said = race(lambda place: acts[place](), 2)
    assert case.newest().state == AccountState.WAITING
    assert open_version(case.newest()) == SECOND
    if said[0] == "":
        assert (account_of(case.shop), case.states()) == (FIRST, ["approved", "waiting"])
    else:
        assert (account_of(case.shop), case.states()) == (None, ["withdrawn", "waiting"])


def test_accounts_of_a_file_are_approved_together(case: Case) -> None:
    batch = case.imported(line(1), line(2), line(3))
    versions = list(waiting(case.issuer).filter(batch=batch))
    assert [each.shop.code for each in versions] == ["K00001", "K00002", "K00003"]
    own = approve_together(Deed(case.keiko, "自分で"), batch, versions)
    assert own == Approved(why=dict.fromkeys(["K00001", "K00002", "K00003"], "oneself"))
    deed = Deed(case.osamu, "申込書と照合")
    shop = Shop.objects.of(case.issuer).get(code="K00002")
    enter(case.keiko, shop, SECOND, reason="訂正")
    before = case.all()
    assert approve_together(deed, batch, versions) == Approved(why={"K00002": "decided"})
    assert case.all() == before
    assert approve_together(deed, batch, [versions[0], versions[2]]).count == 2
    paid = to_pay(case.issuer, [each.shop_id for each in versions])
    assert set(paid) == {versions[0].shop_id, versions[2].shop_id}
    act = case.last_act()
    assert (act.act, act.subject) == ("shop_accounts_approved", f"shop_batch:{batch.pk}")
    assert act.after["count"] == 2
    assert act.after["accounts"][0] == f"K00001 {MASKED}"
    assert "1234567" not in str(act.after)


def test_another_files_accounts_are_not_approved_with_it(case: Case) -> None:
    batch, other = case.imported(line(1)), case.imported(line(2))
    versions = list(waiting(case.issuer).filter(batch=other))
    assert approve_together(Deed(case.osamu, "確認"), batch, versions) == Approved()
    assert to_pay(case.issuer, [versions[0].shop_id]) == {}


def known(account: BankAccount) -> dict[str, str]:
    """A line that gives the shop S0001 an account."""
    fields = {"加盟店番号": "S0001", "金融機関番号": account.bank, "支店番号": account.branch}
    kind = {"1": "普通", "2": "当座"}[account.type]
    rest = {"預金種目": kind, "口座番号": account.number, "口座名義カナ": account.holder}
    return line(1) | fields | rest


def test_undoing_a_file_takes_back_what_still_waits(case: Case) -> None:
    batch = case.imported(known(FIRST), known=True)
    assert case.undo(batch).done == 1
    assert case.states() == ["withdrawn"]
    assert account_of(case.shop) is None


def test_undoing_a_file_enters_the_account_of_before_again(case: Case) -> None:
    case.enter()
    case.approve()
    batch = case.imported(known(SECOND), known=True)
    case.approve()
    assert account_of(case.shop) == SECOND
    assert case.undo(batch).done == 1
    assert account_of(case.shop) == SECOND
    assert open_version(case.newest()) == FIRST
    assert case.approve(by=case.keiko) == "oneself"
    assert case.approve() == ""
    assert account_of(case.shop) == FIRST


def test_an_account_that_waited_comes_back_as_theirs_who_entered_it(case: Case) -> None:
    """Who undoes a file enters nothing: or else who entered the account could approve it."""
    case.enter()
    waited = case.newest()
    batch = case.imported(known(SECOND), known=True)
    assert batches.undo(case.osamu, batch, reason="誤り", accounts=True).done == 1
    back = case.newest()
    assert (back.state, open_version(back)) == ("waiting", FIRST)
    assert back.pk != waited.pk
    assert (back.entered_by, back.entered_by_name) == ("staff:1", "経理 恵子")
    before = case.all()
    assert case.approve(by=case.keiko) == "oneself"
    assert case.all() == before
    assert case.approve(by=case.osamu) == ""


def test_an_account_of_nobody_known_is_nobodys_when_it_comes_back(case: Case) -> None:
    ShopAccount.objects.create(
        issuer=case.issuer, shop=case.shop, sealed=seal_account(FIRST), changed_at=clock.now()
    )
    batch = case.imported(known(SECOND), known=True)
    assert batches.undo(case.osamu, batch, reason="誤り", accounts=True).done == 1
    assert (open_version(case.newest()), case.newest().state) == (FIRST, "waiting")
    assert case.approve(by=case.keiko) == "nobody"


def test_a_first_account_that_was_approved_stays_when_its_file_is_undone(case: Case) -> None:
    batch = case.imported(known(FIRST), known=True)
    case.approve()
    outcome = case.undo(batch)
    assert (outcome.done, [each.why for each in outcome.left]) == (0, [Why.APPROVED])
    assert account_of(case.shop) == FIRST


def test_a_file_whose_account_was_declined_is_undone(case: Case) -> None:
    batch, made = case.imported(known(FIRST), known=True), case.imported(line(2))
    for version in waiting(case.issuer):
        decline(Deed(case.osamu, "通帳と違う"), version)
    assert case.undo(batch).done == 1
    assert case.undo(made).done == 1
    assert not Shop.objects.of(case.issuer).filter(code="K00002").exists()


def test_a_shop_that_a_file_made_goes_with_its_account(case: Case) -> None:
    batch = case.imported(line(2))
    approve(Deed(case.osamu, "確認"), waiting(case.issuer).get())
    assert case.undo(batch).done == 1
    assert not AccountVersion.objects.of(case.issuer).exists()


def test_a_file_with_the_account_that_is_there_changes_nothing(case: Case) -> None:
    case.imported(known(FIRST), known=True)
    again = read_shops(case.issuer, xlsx(rows([known(FIRST)])), accounts=True, known=True)
    assert "同じです" in again.error
    case.approve()
    again = read_shops(case.issuer, csv_file(rows([known(FIRST)])), accounts=True, known=True)
    assert "同じです" in again.error


def kept_by_the_version_before(case: Case, by: Actor, account: BankAccount) -> None:
    """As ``registering.set_account`` did it."""
    with transaction.atomic():
        ShopAccount.objects.update_or_create(
            shop=case.shop,
            defaults={
                "issuer": case.issuer,
                "sealed": seal_account(account),
                "changed_at": clock.now(),
            },
        )
        audit(by, "shop_account", f"shop:{case.shop.pk}", reason="届出")


def test_what_the_version_before_writes_waits_in_the_name_of_who_wrote_it(case: Case) -> None:
    case.enter(SECOND)
    kept_by_the_version_before(case, case.keiko, FIRST)
    assert account_of(case.shop) is None
    assert case.states() == ["withdrawn", "waiting"]
    version = case.newest()
    assert open_account(version.sealed) == FIRST
    assert (version.entered_by, version.entered_by_name) == ("staff:1", "経理 恵子")
    assert (version.reason, version.told_entered_at) == ("届出", None)
    assert case.approve(by=case.keiko) == "oneself"
    assert case.approve() == ""
    kept_by_the_version_before(case, case.osamu, SECOND)
    assert account_of(case.shop) == FIRST
    assert (case.newest().entered_by, case.newest().state) == ("staff:2", "waiting")


def test_what_nobody_known_has_written_is_approved_by_nobody(case: Case) -> None:
    ShopAccount.objects.create(
        issuer=case.issuer, shop=case.shop, sealed=seal_account(FIRST), changed_at=clock.now()
    )
    before = case.all()
    assert case.approve() == "nobody"
    assert case.all() == before
    assert decline(Deed(case.osamu, "入れ直す"), case.newest()) == ""


def test_accounts_of_before_are_in_force(
    case: Case, owner_connection: psycopg.Connection[Any]
) -> None:
    """What the migration does with what it finds."""
    owner_connection.execute("alter table shops_shopaccount disable trigger user")
    owner_connection.execute(
        "insert into shops_shopaccount (issuer_id, shop_id, sealed, changed_at)"
        " values (%s, %s, %s, now())",
        (case.issuer.pk, case.shop.pk, seal_account(FIRST)),
    )
    owner_connection.execute("alter table shops_shopaccount enable trigger user")
    assert not AccountVersion.objects.of(case.issuer).exists()
    moved = import_module("hansatsu.parties.shops.migrations.0014_account_versions_of_before")
    ours = f" where issuer_id = {case.issuer.pk} order by id"
    owner_connection.execute(moved.OF_BEFORE.replace(" order by id", ours))
    assert account_of(case.shop) == FIRST
    version = case.newest()
    assert (version.entered_by, version.decided_by) == ("", "system")
    assert version.told_decided_at is not None
