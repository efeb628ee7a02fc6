"""精算書 on the shop site: what is expected, what was closed, how it stands, what is behind it."""

from datetime import timedelta

import pytest

from hansatsu.flows.settlement.models import (
    Hold,
    Payable,
    PayableState,
    PayoutRequest,
    Statement,
)
from hansatsu.formats.japan import in_japan
from hansatsu.parties import clock
from hansatsu.parties.identity.models import Role
from hansatsu.parties.staff.two_people import ProposalState, proposed_now
from tests.support.clients import words
from tests.support.settled import close, statement_of, tonight
from tests.support.tills import Till, hire
from tests.town import Town, make_town


class Shop:
    """A shop whose takings of 132,345 were closed, less a refund of 345; its manager looks."""

    def __init__(self) -> None:
        self.town = town = make_town()
        town.charge(town.resident, town.all_shops, 100_000)
        town.charge(town.resident, town.small_shops, 100_000)
        self.paid = [
            town.pay(town.resident, town.shop, each).number or "" for each in (90_000, 12_345)
        ]
        self.refund = town.refund(self.paid[1], 345).number or ""
        self.closing = close(town.issuer)
        self.statement = statement_of(self.closing, town.shop)
        self.boss = Till(town.shop, hire(town.shop, role=Role.MANAGER))

    def page(self, rest: str = "") -> str:
        """What the page of the statement (or one below it) says."""
        answer = self.boss.get(f"statements/{self.closing.number}/{rest}")
        assert answer.status_code == 200, words(answer)
        return words(answer)


@pytest.fixture(scope="module")
def shop() -> Shop:
    return Shop()


def test_a_statement_says_what_is_paid_and_how_it_comes_about(shop: Shop) -> None:
    said = shop.page()
    for each in ("102,000<", "決済 全店共通", "100,000<", "-345<", shop.statement.number):
        assert each in said, each
    assert "みずほ銀行 本店 普通 ****567" in said


def test_each_line_leads_to_its_payments(shop: Shop) -> None:
    lines = list(shop.statement.lines.all())
    for line in lines:
        said = shop.page(f"lines/{line.pk}/")
        assert f"{line.amount:,}<" in said
    refunds = shop.boss.get(f"statements/{shop.closing.number}/lines/{lines[-1].pk}/")
    assert f"/shop/payments/{shop.refund}/" in refunds.content.decode()
    assert f"/shop/payments/{shop.paid[0]}/" not in refunds.content.decode()
    assert shop.boss.get(f"statements/{shop.closing.number}/lines/{2**40}/").status_code == 404


def test_many_payments_are_paged_and_add_up() -> None:
    town = make_town()
    town.charge(town.resident, town.all_shops, 1_000)
    numbers = [town.pay(town.resident, town.shop, 10).number for _ in range(53)]
    closing = close(town.issuer, shops=[town.shop])
    line = statement_of(closing, town.shop).lines.get()
    boss = Till(town.shop, hire(town.shop, role=Role.MANAGER))
    first = boss.get(f"statements/1/lines/{line.pk}/").content.decode()
    rest = boss.get(f"statements/1/lines/{line.pk}/?before={numbers[3]}").content.decode()
    found = [[each for each in numbers if f"/{each}/" in page] for page in (first, rest)]
    assert [len(each) for each in found] == [50, 3]
    assert f"?before={numbers[3]}" in first
    assert set(found[0]) | set(found[1]) == set(numbers)


def test_what_was_paid_after_the_end_is_in_no_line(shop: Shop) -> None:
    town = make_town()
    town.charge(town.resident, town.all_shops, 1_000)
    town.pay(town.resident, town.shop, 10)
    closing = close(town.issuer, tonight() - timedelta(days=1), shops=[town.shop])
    assert not statement_of(closing, town.shop).lines.exists()
    boss = Till(town.shop, hire(town.shop, role=Role.MANAGER))
    assert "この期間の決済はありません。" in words(boss.get("statements/1/"))


@pytest.mark.parametrize("form", ["pdf", "xlsx", "csv"])
def test_a_statement_is_saved_as_a_file(shop: Shop, form: str) -> None:
    answer = shop.boss.get(f"statements/{shop.closing.number}/file/?as={form}")
    name = f"{shop.town.issuer.code}-0001-S0001.{form}"
    assert answer["Content-Disposition"] == f'attachment; filename="{name}"'
    starts = {"pdf": b"%PDF", "xlsx": b"PK", "csv": b"\xef\xbb\xbf"}
    assert answer.content.startswith(starts[form])


def test_there_is_no_other_form(shop: Shop) -> None:
    assert shop.boss.get(f"statements/{shop.closing.number}/file/?as=exe").status_code == 404


@pytest.fixture
def fresh() -> tuple[Town, Statement, Till]:
    town = make_town()
    town.charge(town.resident, town.all_shops, 1_000)
    town.pay(town.resident, town.shop, 700)
    closing = close(town.issuer, shops=[town.shop])
    boss = Till(town.shop, hire(town.shop, role=Role.MANAGER))
    return town, statement_of(closing, town.shop), boss


def test_how_a_payout_stands_is_said_in_words(fresh: tuple[Town, Statement, Till]) -> None:
    _town, statement, boss = fresh
    assert "使える振込先の口座がありません" in words(boss.get("statements/1/"))
    payables = Payable.objects.filter(statement=statement)
    payables.update(state=PayableState.IN_RUN)
    assert "手続き中" in words(boss.get("statements/"))
    now = clock.now()
    payables.update(state=PayableState.PAID, paid_at=now)
    said = words(boss.get("statements/1/"))
    today = in_japan(now)
    assert f"{today.year}年{today.month}月{today.day}日" in said
    assert "にお振り込みしました。" in said


def test_why_a_shop_is_held_is_not_told(fresh: tuple[Town, Statement, Till]) -> None:
    town, _statement, boss = fresh
    Hold.objects.create(
        issuer=town.issuer,
        shop=town.shop,
        **proposed_now(hire(town.shop), "架空の決済のうたがい")
        | {
            "state": ProposalState.APPROVED,
            "decided_by": hire(town.shop),
            "decided_at": clock.now(),
        },
    )
    said = words(boss.get("statements/1/"))
    assert "事務局がお支払いを保留しています" in said
    assert "架空" not in said


def test_nobody_asks_where_the_issuer_pays_on_its_days_only(shop: Shop) -> None:
    assert "随時払い" not in words(shop.boss.get("statements/"))
    answer = shop.boss.post("statements/early/")
    assert (answer.status_code, PayoutRequest.objects.of(shop.town.issuer).count()) == (422, 0)


def test_the_pages_are_in_english_too(shop: Shop) -> None:
    said = words(shop.boss.get(f"statements/{shop.closing.number}/?languageCd=en"))
    assert "How the payout comes about" in said
    assert "Payments, All shops" in said
    said = words(shop.boss.get("statements/?languageCd=en"))
    assert "Expected next payout" in said
    shop.boss.get("statements/?languageCd=ja")
