"""資金照合 in the console: the bank's lines, a month, its two people and its paper."""

import re
from datetime import date

from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse

from hansatsu.flows.settlement.models import BankLine, BankLineKind, Reconciliation
from hansatsu.flows.settlement.reconciliation import lines
from hansatsu.flows.settlement.reconciliation.lines import NewLine
from hansatsu.parties.identity.models import Role
from tests.support.clerks import Desk
from tests.support.clients import words
from tests.support.papers import text_of
from tests.support.reconciling import Money
from tests.support.settling import Settling, deed_of

K = BankLineKind
MONTH = "reconciliation/2026-3/"


def hero_of(page: HttpResponse) -> str:
    """The largest amount of a page."""
    found = re.search(r"data-hero\s*>([^<]*)<", words(page))
    assert found is not None
    return found[1]


def accountant(settling: Settling) -> Desk:
    """The console, where an accountant has just logged in: a session does not outlive a month."""
    return Desk(settling.town.issuer, Role.ACCOUNTANT)


def march(settling: Settling) -> Money:
    """It is over and closed: an order, of which a shop took something."""
    money = Money(settling)
    settling.at("2026-03-05 10:00")
    money.buy()
    money.provider_pays()
    money.sell(3_000)
    settling.at("2026-04-01 00:05")
    settling.close()
    return money


def test_a_new_town_begins_with_what_its_account_held(settling: Settling) -> None:
    desk = accountant(settling)
    assert "まだ口座の明細がありません" in words(desk.get("reconciliation/"))
    assert "口座の残高を登録する" in words(desk.get("bank-lines/new/"))
    typed = {"day": "2026-03-01", "kind": "opening", "yen": "0", "way": "in", "reason": "開設"}
    assert desk.post("bank-lines/new/", typed).status_code == 303
    line = BankLine.objects.of(settling.town.issuer).get()
    assert (line.kind, line.yen, line.day) == ("opening", 0, date(2026, 3, 1))
    page = words(desk.get("reconciliation/"))
    assert "2026年3月" in page
    assert "月の途中" in page


def test_a_kind_goes_its_own_way(settling: Settling) -> None:
    desk, issuer = accountant(settling), settling.town.issuer
    typed = {"day": "2026-03-01", "yen": "500", "way": "in", "reason": "通帳"}
    for kind in ("opening", "shop_payout", "other"):
        assert desk.post("bank-lines/new/", typed | {"kind": kind}).status_code == 303
    typed = {"kind": "other", "way": "out", "yen": "0"} | {"day": "2026-03-01", "reason": "通帳"}
    assert "金額を確かめて" in words(desk.post("bank-lines/new/", typed))
    found = BankLine.objects.of(issuer).order_by("pk").values_list("yen", flat=True)
    assert [*found] == [500, -500, 500]


def test_a_file_is_read_or_its_faults_are_named(settling: Settling) -> None:
    desk, issuer = accountant(settling), settling.town.issuer
    opening = {"day": "2026-03-01", "kind": "opening", "yen": "10", "way": "in", "reason": "開設"}
    desk.post("bank-lines/new/", opening)
    head = "日付,入金,出金,種類,摘要\n"

    def send(rows: str) -> object:
        file = SimpleUploadedFile("bank.csv", (head + rows).encode())
        return desk.post("bank-lines/import/", {"file": file, "reason": "3月分"})

    refused = send("2026-03-01,5,,利息,\n2026-03-01,x,,利息,\n")
    assert "3行目「入金」" in words(refused)  # type: ignore[arg-type]
    assert "1行も登録していません" in words(refused)  # type: ignore[arg-type]
    assert BankLine.objects.of(issuer).count() == 1
    assert send("2026-03-01,5,,利息,\n").status_code == 303  # type: ignore[attr-defined]
    assert BankLine.objects.of(issuer).count() == 2
    assert desk.get("bank-lines/bank-lines.xlsx").content.startswith(b"PK")


def test_a_line_is_taken_back_with_its_reason(settling: Settling) -> None:
    march(settling)
    desk, issuer = accountant(settling), settling.town.issuer
    line = BankLine.objects.of(issuer).get(kind="provider_payout")
    assert desk.post(f"bank-lines/{line.pk}/reverse/", {"reason": ""}).status_code == 422
    assert BankLine.objects.of(issuer).count() == 2
    assert desk.post(f"bank-lines/{line.pk}/reverse/", {"reason": "二重"}).status_code == 303
    page = words(desk.get("bankline/"))
    assert "取消済み" in page
    assert "取消の行" in page


def test_a_month_that_meets_is_prepared_and_signed_by_two(settling: Settling) -> None:
    money = march(settling)
    one, other = accountant(settling), accountant(settling)
    page = one.get(MONTH)
    assert hero_of(page) == "0円"
    assert page.content.count(b"data-gap") == 0
    typed = {"shown": "0", "reason": "月次"}
    assert one.post(f"{MONTH}prepare/", typed).status_code == 303
    row = Reconciliation.objects.of(money.issuer).get()
    oneself = one.post(f"reconciliation/{row.pk}/sign/", {"reason": "確認"})
    assert "自分が作成した調書には署名できません" in words(oneself)
    assert other.post(f"reconciliation/{row.pk}/sign/", {"reason": "確認"}).status_code == 303
    row.refresh_from_db()
    assert (row.state, row.signed_by) == ("signed", other.staff)
    assert "署名済み" in words(one.get("reconciliation/"))
    paper = one.get(f"reconciliation/{row.pk}/reconciliation.pdf")
    assert bytes(row.hash).hex() in "".join(text_of(paper.content).split())
    assert one.get(f"reconciliation/{row.pk}/reconciliation.xlsx").content.startswith(b"PK")


def test_what_does_not_meet_says_what_could_be_behind_it(settling: Settling) -> None:
    money = march(settling)
    line = NewLine(date(2026, 3, 20), K.RETURNED, 700)
    assert lines.add(deed_of(money.one), money.one, line, key="returned") == ""
    desk = accountant(settling)
    answer = desk.get(MONTH)
    assert hero_of(answer) == "+700円"
    page = words(answer)
    assert "振込不能の記録がありません" in page
    typed = {"shown": "700", "reason": "月次", "yen_0": "600", "kind_0": "task"}
    short = desk.post(f"{MONTH}prepare/", typed | {"reason_0": "銀行に聞く"})
    assert "あと+100円です" in words(short)
    silent = desk.post(f"{MONTH}prepare/", typed | {"yen_0": "700"})
    assert "理由を書いてください" in words(silent)
    assert not Reconciliation.objects.of(money.issuer).exists()
    whole = typed | {"yen_0": "700", "reason_0": "銀行に聞く"}
    assert desk.post(f"{MONTH}prepare/", whole).status_code == 303
    assert "銀行に聞く" in words(desk.get("reconciliation/"))
    row = Reconciliation.objects.of(money.issuer).get()
    assert desk.post(f"reconciliation/{row.pk}/drop/", {"reason": "直す"}).status_code == 303
    row.refresh_from_db()
    assert row.state == "dropped"


def test_a_month_that_goes_on_is_told_so(settling: Settling) -> None:
    march(settling)
    desk = accountant(settling)
    page = words(desk.get("reconciliation/2026-4/"))
    assert "速報" in page
    refused = desk.post("reconciliation/2026-4/prepare/", {"shown": "0", "reason": "早い"})
    assert "月が終わって" in words(refused)
    assert desk.get("reconciliation/2026-13/").status_code == 404
