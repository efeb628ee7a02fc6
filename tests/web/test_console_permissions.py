"""Every page of the console × every role × own and other issuer, as data."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, reverse

from hansatsu.flows.charging.models import Order, Task, Transfer
from hansatsu.flows.settlement.documents.all_files import make_all, order_files
from hansatsu.flows.settlement.models import (
    Adjustment,
    BankLine,
    Closing,
    Hold,
    Payable,
    PayoutRequest,
    PayoutRow,
    PayoutRun,
    Reconciliation,
    RunFetch,
    Statement,
)
from hansatsu.parties.identity.models import Passkey, Staff
from hansatsu.parties.identity.models.staff import ISSUER_ROLES
from hansatsu.parties.issuers.audit import CONSOLE, Actor
from hansatsu.parties.issuers.closing_terms import terms_of
from hansatsu.parties.issuers.deeds import Deed
from hansatsu.parties.issuers.models import AuditEntry
from hansatsu.parties.seals.bank_accounts import BankAccount
from hansatsu.parties.shops.models import AccountVersion, Area, Category, Shop
from hansatsu.web import missing
from hansatsu.web.console.frame import access
from hansatsu.web.console.frame.lists import of_issuer
from hansatsu.web.console.frame.permissions import MAY, PAGES, Act, may_open
from hansatsu.web.console.urls import site
from tests.flows.charging.shopper import Shopper, ready_for_transfer
from tests.support.asked import Asked
from tests.support.clerks import Desk, employ
from tests.support.clients import words
from tests.support.code import ROOT
from tests.support.passkeys import Key
from tests.support.paying_out import Office
from tests.support.settlement_things import SettlementThings
from tests.support.things import Things
from tests.support.tills import hire
from tests.town import Town, make_town


def named(patterns: list[URLPattern | URLResolver]) -> Iterator[URLPattern]:
    """Every address below, whatever includes it."""
    for each in patterns:
        if isinstance(each, URLResolver):
            yield from named(each.url_patterns)
        else:
            yield each


ADDRESSES = {str(each.name): each for each in named(site.get_urls())}
ADMINS = {f"{m._meta.app_label}_{m._meta.model_name}": m for m in site._registry}
LED_TO_OTHERWISE = {
    "jsi18n",  # of the admin's own scripts
    *(name for name in PAGES if name.startswith("settings_legal_")),  # `legal_texts.page_of`
}
"""Pages whose names no link spells."""

ITSELF = re.compile(r'\b(?:show\(|needed\(|name=)\s*(?:request,\s*(?:clerk,\s*)?)?"\w+"')
"""Where code names a page without leading to it: its template, and what it needs first."""

NO_LINKS = ("urls.py", "permissions.py", "needing.py")
"""Files that tell of pages by their names and lead to none."""

MONTHLY = {"reconciliation", "reconciliation_prepare"}
"""Pages of a month, which each issuer has for itself: no other's can be named."""

POSTED = {"passkey_finish"}
"""Pages that are only posted to, and refuse an empty form."""

GUARDED = sorted(name for name, act in PAGES.items() if act is not Act.OPEN)


class Place:
    """An issuer with something of everything that an address can name."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.staff = employ(town.issuer)
        Key().belongs_to(self.staff)
        self.manager = hire(town.shop, role="manager")
        self.support = Asked(town)
        shopper = Shopper(town)
        self.transfer = ready_for_transfer(shopper, BankAccount("0517", "001", "1", "1", "ｵﾔﾏ"))
        self.order, _ = shopper.charged()
        self.things = Things(town, self.staff)
        self.owed = SettlementThings(town)
        by = Deed(Actor(town.issuer, "staff:1", "経理 恵子", CONSOLE), "試験")
        make_all(order_files(by, self.owed.statement.closing).pk)
        office = Office(town)
        office.owe({town.add_shop("S0900", town.all_shops): 500})
        self.run = office.paid({1: "口座名義相違"})

    def address(self, name: str, clerk: Staff | None = None) -> str:
        """The page called ``name``, of this issuer's things, and of what ``clerk`` owns."""
        wanted = ADDRESSES[name].pattern.converters
        things = {each: self._of(name, each, clerk or self.staff) for each in wanted}
        return reverse(f"console:{name}", kwargs=things)

    def _of(self, name: str, argument: str, clerk: Staff) -> Any:
        if argument == "passkey":
            return Passkey.objects.get(staff=clerk).pk
        if argument == "object_id":
            model = ADMINS[name.removesuffix("_change")]
            return of_issuer(model, self.town.issuer).latest("pk").pk
        if name in self.support.numbers:
            return self.support.numbers[name]
        return (self._things(name) | self.support.ids)[argument]

    def _things(self, name: str) -> dict[str, int]:
        town = self.town
        return {
            "term_id": terms_of(town.issuer)[0].pk,
            "staff_id": (self.manager if name.startswith("shop_staff") else self.staff).pk,
            "shop_id": town.shop.pk,
            "order_id": self.order.pk,
            "task_id": self.transfer.task_id,
            "transfer_id": self.transfer.pk,
            "emoney_id": town.all_shops.pk,
            "batch_id": self.things.batch.pk,
            "version_id": self.things.account.pk,
            "sale_id": self.things.sale.pk,
            "product_id": self.things.product.pk,
            "making_id": (self.things.cards if name == "making_stop" else self.things.making).pk,
            "file_id": self.things.file.pk,
            "code_id": (self.things.gift if name == "gift_void" else self.things.code).pk,
            "group_id": town.area.pk if name.startswith("area") else town.category.pk,
            "closing_id": self.owed.statement.closing_id,
            "statement_id": self.owed.statement.pk,
            "adjustment_id": self.owed.adjustment.pk,
            "line_id": self.owed.bank_line.pk,
            "reconciliation_id": self.owed.reconciliation.pk,
            "year": self.owed.reconciliation.last_day.year,
            "month_number": self.owed.reconciliation.last_day.month,
            "hold_id": self.owed.hold.pk,
            "request_id": self.owed.request.pk,
            "run_id": self.run.pk,
            "row_id": self.run.rows.get().pk,
        }

    def state(self) -> tuple[Any, ...]:
        """What no stranger may change."""
        issuer = self.town.issuer
        return (
            list(Staff.objects.of(issuer).order_by("pk").values()),
            list(Passkey.objects.of(issuer).order_by("pk").values()),
            list(Shop.objects.of(issuer).order_by("pk").values()),
            [
                list(each.objects.of(issuer).order_by("pk").values())
                for each in (Area, Category, AccountVersion)
            ],
            AuditEntry.objects.of(issuer).count(),
            self.support.state(),
            list(Order.objects.of(issuer).order_by("pk").values()),
            list(Task.objects.of(issuer).order_by("pk").values()),
            list(Transfer.objects.of(issuer).order_by("pk").values()),
            [
                list(each.objects.of(issuer).order_by("pk").values())
                for each in (
                    *(Closing, Statement, Payable, Adjustment, Hold, PayoutRequest),
                    *(BankLine, Reconciliation),
                )
            ],
            [
                list(each.objects.of(issuer).order_by("pk").values())
                for each in (PayoutRun, PayoutRow, RunFetch)
            ],
        )


@pytest.fixture(scope="module")
def own() -> Place:
    place = Place(make_town())
    Desk(place.town.issuer, staff=place.staff)  # leaves a line in the audit log
    return place


@pytest.fixture(scope="module")
def other() -> Place:
    place = Place(make_town())
    Desk(place.town.issuer, staff=place.staff)
    return place


@pytest.fixture(scope="module")
def desks(own: Place) -> dict[str, Desk]:
    desks = {role: Desk(own.town.issuer, role) for role in ISSUER_ROLES}
    for desk in desks.values():
        Key().belongs_to(desk.staff)
    return desks


@pytest.fixture
def bare_refusals(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is drawn around 403 and 404, which took half of the time of this file: one of each
    is drawn in the tests at its end."""

    def bare(request: HttpRequest, *_: object, status: int, **__: object) -> HttpResponse:
        return HttpResponse(status=status)

    monkeypatch.setattr(access, "render", bare)
    monkeypatch.setattr(missing, "show", bare)


def posted_to_a_page(answer: HttpResponse) -> bool:
    """A page that takes no forms says so to a form before it looks who sends it."""
    is_form = answer.wsgi_request.method == "POST"  # type: ignore[attr-defined]
    return answer.status_code == 405 and is_form


def refused(answer: HttpResponse) -> bool:
    """True when they were told that they may not."""
    return answer.status_code == 403 or posted_to_a_page(answer)


def test_every_page_is_in_the_table() -> None:
    assert set(ADDRESSES) == set(PAGES)
    assert set(MAY) == set(ISSUER_ROLES)


def test_links_lead_to_every_page() -> None:
    """As far as the code shows it: something beside the table, the addresses and the page itself
    names it. Lists and their things are linked by the frame."""
    own = {name for name in GUARDED if not name.endswith(("_changelist", "_change"))}
    assert own - set(_named_in_code()) == LED_TO_OTHERWISE


@pytest.mark.parametrize(
    ("role", "theirs", "others"),
    [
        (
            "operator",
            "code_make sale_new shop_import task_give_back correction_approve expiry_move_approve",
            "staff_new settings_rules shop_account account_approve shop_batch_accounts"
            " closing_close adjustment_new hold_approve",
        ),
        (
            "accountant",
            "shop_account account_approve shop_batch_accounts run_new correction_approve"
            " closing_close adjustment_approve expiry_move_approve",
            "code_make sale_new shop_new support_freeze correction_up expiry_move expiry_unexpire"
            " staff_new",
        ),
        (
            "support",
            "support_freeze support_card_reissue correction_up expiry_move expiry_unexpire",
            "correction_approve expiry_move_approve code_make run_new"
            " issuers_auditentry_changelist",
        ),
        (
            "viewer",
            "shops_shop_changelist charging_order_changelist settlement_statement_changelist",
            "support_find support_personal shop_new transfer_account",
        ),
    ],
)
def test_what_each_role_is_for(role: str, theirs: str, others: str) -> None:
    assert [page for page in theirs.split() if not may_open(role, page)] == []
    assert [page for page in others.split() if may_open(role, page)] == []


@pytest.mark.usefixtures("bare_refusals")
@pytest.mark.parametrize("name", GUARDED)
def test_a_page_opens_for_whom_the_table_says(
    own: Place, other: Place, desks: dict[str, Desk], name: str
) -> None:
    before = own.state(), other.state()
    names_a_thing = bool(ADDRESSES[name].pattern.converters) and name not in MONTHLY
    for role, desk in desks.items():
        for method in (desk.get, desk.post):
            if not may_open(role, name):
                answer: HttpResponse = method(own.address(name))
                assert refused(answer), (role, method, answer)
            if names_a_thing:
                answer = method(other.address(name))
                wanted = 404 if may_open(role, name) else 403
                assert answer.status_code == wanted or posted_to_a_page(answer), (
                    role,
                    method,
                    answer,
                )
        if may_open(role, name):
            address = own.address(name, desk.staff)
            if name in POSTED:
                assert [desk.get(address).status_code, desk.post(address).status_code] == [405, 422]
            else:
                assert desk.get(address).status_code == 200, role
    assert (own.state(), other.state()) == before


@pytest.mark.parametrize("name", GUARDED)
def test_nobody_is_led_to_the_log_in(own: Place, name: str) -> None:
    answer = Client().get(own.address(name))
    assert answer.status_code == 303
    assert answer["Location"].startswith("/console/login/")
    assert Client().post(own.address(name)).status_code in (303, 405)


def test_what_is_not_theirs_is_said_in_the_frame_of_the_console(desks: dict[str, Desk]) -> None:
    refused = desks["viewer"].get("staff/new/")
    assert refused.status_code == 403
    assert "権限がありません" in words(refused)
    assert 'id="nav-sidebar"' in words(refused)


def test_what_is_not_there_is_said_in_the_words_of_the_site(desks: dict[str, Desk]) -> None:
    inside = desks["viewer"].get("nothing/")
    assert (inside.status_code, inside["Content-Security-Policy"] != "") == (404, True)
    assert "管理画面に、このアドレスのページはありません" in words(inside)
    assert 'id="nav-sidebar"' in words(inside)
    assert "QRコードを読み取って" not in words(inside)
    outside = Client().get("/console/nothing/")
    assert (outside.status_code, "管理画面へ" in words(outside)) == (404, True)
    assert "加盟店サイトに、このアドレス" in words(Client().get("/shop/nothing/"))
    assert "QRコードを読み取って" in words(Client().get("/nothing/"))


def test_what_is_not_named_is_not_there(desks: dict[str, Desk]) -> None:
    for path in ("staff/1/delete/", "staff/add/", "auditentry/add/", "search/", "autocomplete/"):
        assert desks["owner"].get(path).status_code == 404


def _named_in_code() -> Iterator[str]:
    for folder in ("console", "shared"):
        for path in (ROOT / "hansatsu/web" / folder).rglob("*.*"):
            if path.suffix in (".py", ".html") and path.name not in NO_LINKS:
                said = ITSELF.sub("", path.read_text())
                yield from re.findall(r"[\"'](?:console:)?(\w+)[\"']", said)
