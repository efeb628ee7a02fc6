"""Shops hear of it when it changes where they are paid and whom the office writes to."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from unittest import mock

import pytest
from django.db import connection, transaction

from hansatsu.messages.mail.models import Mail
from hansatsu.messages.mail.shop_notices import tell_shops
from hansatsu.parties import clock
from hansatsu.parties.issuers.audit import CONSOLE, Actor
from hansatsu.parties.issuers.deeds import Deed
from hansatsu.parties.seals.bank_accounts import BankAccount
from hansatsu.parties.shops import contacts
from hansatsu.parties.shops.account_versions import approve, decline, enter, waiting
from hansatsu.parties.shops.contacts import addresses, set_contact
from hansatsu.parties.shops.models import ContactChange
from tests.town import Town, make_town

ACCOUNT = BankAccount("0129", "101", "1", "1234567", "ﾋﾏﾜﾘ ﾀﾛｳ")
OTHER = BankAccount("0129", "101", "2", "7654321", "ｶ)ﾃﾝﾉｳｽﾞ")


class Case:
    def __init__(self, town: Town) -> None:
        self.town, self.shop = town, town.shop
        self.by = Actor(town.issuer, "staff:1", "経理 恵子", CONSOLE)
        self.deed = Deed(Actor(town.issuer, "staff:2", "責任 治", CONSOLE), "確認")

    def contact(self, email: str) -> None:
        set_contact(self.by, self.shop, email)

    def enter(self, account: BankAccount = ACCOUNT) -> None:
        assert enter(self.by, self.shop, account, reason="届出")

    def mails(self) -> list[Mail]:
        """What was written now."""
        tell_shops()
        found = list(Mail.objects.of(self.town.issuer).order_by("pk"))
        Mail.objects.of(self.town.issuer).delete()
        return found


@pytest.fixture
def case(town: Town) -> Case:
    case = Case(town)
    case.contact("mise@example.jp")
    case.mails()
    ContactChange.objects.filter(shop=town.shop).delete()
    return case


def test_an_account_that_is_entered_and_approved_is_told_masked(case: Case) -> None:
    case.enter()
    (mail,) = case.mails()
    assert (mail.to, mail.kind, mail.about) == (
        "mise@example.jp",
        "shop_account",
        f"shop:{case.shop.pk}",
    )
    assert f"{case.shop.name} ご担当者様" in mail.text
    assert "振込先の口座の変更を受け付けました" in mail.subject
    assert "****567" in mail.text
    assert case.town.issuer.office_phone in mail.text
    assert "1234567" not in mail.text + mail.html
    assert case.mails() == []
    approve(case.deed, waiting(case.town.issuer).get())
    (mail,) = case.mails()
    assert "振込先の口座が変わりました" in mail.subject
    assert case.mails() == []


def test_what_was_told_and_is_not_used_is_told_again(case: Case) -> None:
    case.enter()
    case.mails()
    decline(case.deed, waiting(case.town.issuer).get())
    (mail,) = case.mails()
    assert "振込先の口座は変わりません" in mail.subject


def test_what_nobody_has_heard_of_is_not_taken_back_by_mail(case: Case) -> None:
    case.enter()
    case.enter(OTHER)
    (mail,) = case.mails()
    assert "****321" in mail.text


def test_a_shop_without_an_address_is_told_nothing_now_or_later(case: Case) -> None:
    case.contact("")
    ContactChange.objects.filter(shop=case.shop).update(told_at=clock.now())
    with mock.patch.object(contacts, "OLD_HEAR_FOR", timedelta(0)):
        case.enter()
        assert case.mails() == []
    case.contact("neu@example.jp")
    assert {mail.kind for mail in case.mails()} == {"shop_contact"}


def test_both_addresses_hear_of_a_new_one_and_of_the_account_after_it(case: Case) -> None:
    case.contact("thief@example.com")
    case.contact("thief2@example.com")
    told = [(mail.to, mail.kind) for mail in case.mails()]
    assert told == [
        ("mise@example.jp", "shop_contact"),
        ("thief@example.com", "shop_contact"),
        ("thief@example.com", "shop_contact"),
        ("thief2@example.com", "shop_contact"),
    ]
    case.enter()
    mails = case.mails()
    assert {mail.to for mail in mails} == {
        *("mise@example.jp", "thief@example.com", "thief2@example.com"),
    }
    assert "thief2@example.com" not in mails[-1].text
    ContactChange.objects.filter(shop=case.shop).delete()
    assert addresses(case.shop) == ["thief2@example.com"]


def test_two_workers_tell_once() -> None:
    """The second goes past what the first holds, and does not wait for it."""
    case = Case(make_town())
    tell_shops()  # what other tests have left
    case.contact("mise@example.jp")
    case.enter()

    def second() -> int:
        try:
            return tell_shops()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as threads, transaction.atomic():
        assert tell_shops() == 2
        assert threads.submit(second).result(timeout=60) == 0
    kinds = list(Mail.objects.of(case.town.issuer).values_list("kind", flat=True))
    assert sorted(kinds) == ["shop_account", "shop_contact"]
