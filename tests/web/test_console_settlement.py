"""精算 in the console: closings and statements, what waits for whom, and closing by hand."""

import io
from datetime import date

from django.http import HttpResponse
from openpyxl import load_workbook

from hansatsu.flows.settlement.models import Closing, Statement
from hansatsu.parties.identity.models import Role
from hansatsu.parties.issuers.models import AuditEntry
from tests.support.clerks import Desk
from tests.support.clients import words
from tests.support.settling import Settling


def table_of(answer: HttpResponse) -> list[tuple[object, ...]]:
    """The rows of an xlsx file."""
    book = load_workbook(io.BytesIO(answer.content))
    return list(book.worksheets[0].values)


def accountant(settling: Settling) -> Desk:
    """The console, where an accountant has just logged in: a session does not outlive a month."""
    return Desk(settling.town.issuer, Role.ACCOUNTANT)


def march(settling: Settling) -> Closing:
    """Closed: 7,000 less 500 at one shop, 2,000 at another."""
    settling.at("2026-03-05 12:00:00")
    number = settling.pay(7_000)
    settling.pay(2_000, settling.town.large_shop)
    settling.town.refund(number, 500)
    settling.at("2026-04-01 00:00:05")
    (closing,) = settling.close()
    return closing


def test_a_new_town_is_told_what_comes_first(settling: Settling) -> None:
    page = words(Desk(settling.town.issuer).get("settlement/"))
    first, second, third = (
        page.index(said)
        for said in (
            "振込元の口座と委託者コード",
            "締め日と振込日を確かめて",
            "振込先の口座を登録し",
        )
    )
    assert first < second < third
    assert "まだ締めていません" in page


def test_the_period_so_far_is_told_with_its_days(settling: Settling) -> None:
    settling.at("2026-03-05 12:00:00")
    settling.pay(7_000)
    settling.at("2026-03-05 12:00:01")
    desk = accountant(settling)
    page = words(desk.get("settlement/"))
    for said in ("7,000円", "速報", "2026/04/01 00:00", "2026/04/27(月)", "2026/04/30(木)"):
        assert said in page
    assert "あと26日" in page  # the next closing day


def test_a_closing_adds_up_in_sight(settling: Settling) -> None:
    closing = march(settling)
    desk = accountant(settling)
    page = words(desk.get(f"closing/{closing.pk}/"))
    for said in ("8,500円", "+9,000円", "-500円", "口座なし", bytes(closing.hash).hex()):
        assert said in page
    assert "第1回の締め" in words(desk.get("closing/"))
    assert "第1回の締め" in words(desk.get("settlement/"))


def test_its_statements_are_found_by_shop_and_state(settling: Settling) -> None:
    closing, town = march(settling), settling.town
    desk = accountant(settling)
    listed = words(desk.get(f"statement/?closing={closing.pk}"))
    assert "0001-S0001" in listed
    assert "0001-S0002" in listed
    listed = words(desk.get(f"statement/?closing={closing.pk}&q=s0002"))
    assert ("0001-S0001" in listed, "0001-S0002" in listed) == (False, True)
    listed = words(desk.get("statement/?standing=no_account"))
    assert "0001-S0001" in listed
    assert "0001-S0001" not in words(desk.get("statement/?standing=paid"))
    page = words(desk.get(f"statement/{settling.last().pk}/"))
    assert town.shop.name in page
    assert "6,500円" in page


def test_the_file_of_a_closing_has_every_shop_and_is_no_formula(settling: Settling) -> None:
    town = settling.town
    type(town.shop).objects.filter(pk=town.shop.pk).update(name="=1+1")
    closing, desk = march(settling), accountant(settling)
    head, *rows, total = table_of(desk.get(f"closings/{closing.pk}/closing.xlsx"))
    assert head[0] == "精算書番号"
    assert [row[:3] for row in rows] == [
        ("0001-S0001", "S0001", "'=1+1"),
        ("0001-S0002", "S0002", town.large_shop.name),
    ]
    assert rows[0][3:13] == (0, 7_000, 1, -500, 1, 0, 0, 0, 6_500, 0)
    assert total[3:13] == (0, 9_000, 2, -500, 1, 0, 0, 0, 8_500, 0)


def test_what_is_due_is_closed_by_hand_once(settling: Settling) -> None:
    settling.at("2026-03-05 12:00:00")
    settling.pay(7_000)
    too_early = accountant(settling).get("settlement/close/")
    assert "締める日が来ている精算はありません" in words(too_early)
    settling.at("2026-04-01 00:00:01")
    desk = accountant(settling)
    assert "いま締める" in words(desk.get("settlement/"))
    page = words(desk.get("settlement/close/"))
    assert "7,000円" in page
    assert desk.post("settlement/close/", {"reason": ""}).status_code == 422
    assert not Closing.objects.of(settling.town.issuer).exists()
    done = desk.post("settlement/close/", {"reason": "月初の確認のため"})
    closing = Closing.objects.of(settling.town.issuer).get()
    assert done["Location"] == f"/console/closing/{closing.pk}/"
    assert (closing.made_by, closing.last_day) == (desk.staff.actor, date(2026, 3, 31))
    (line,) = AuditEntry.objects.of(settling.town.issuer).filter(act="closed_by_hand")
    assert (line.after, line.reason) == ({"number": 1, "yen": 7_000}, "月初の確認のため")
    again = desk.post("settlement/close/", {"reason": "もう一度"})
    assert again.status_code == 303
    assert "すでに締められています" in words(desk.get("settlement/"))
    assert Statement.objects.of(settling.town.issuer).count() == 2


def test_who_only_looks_sees_amounts_and_no_button(settling: Settling) -> None:
    closing = march(settling)
    viewer = Desk(settling.town.issuer, Role.VIEWER)
    assert "8,500円" in words(viewer.get(f"closing/{closing.pk}/"))
    page = words(viewer.get(f"statement/{settling.last().pk}/"))
    assert "6,500円" in page
    assert "支払を保留する" not in page
    settling.at("2026-05-01 00:00:01")
    viewer = Desk(settling.town.issuer, Role.VIEWER)
    assert "いま締める" not in words(viewer.get("settlement/"))
    refused = viewer.post("settlement/close/", {"reason": "試し"})
    assert refused.status_code == 403
    assert Closing.objects.of(settling.town.issuer).count() == 1
