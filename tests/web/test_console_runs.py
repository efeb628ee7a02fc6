"""The console's pages of payout runs: whose turn it is, what each step asks, and that the file goes
out once."""

import hashlib
import re
from datetime import timedelta

import pytest
from django.utils.html import strip_tags

from hansatsu.flows.settlement import holds
from hansatsu.flows.settlement.models import Closing, PayoutRun, RunFetch
from hansatsu.flows.settlement.payouts.approving import drop
from hansatsu.parties.identity.models import Role, Staff
from hansatsu.parties.issuers.models import AuditEntry
from tests.support.clerks import Desk
from tests.support.clients import words
from tests.support.owed import owe
from tests.support.paying_out import OTHER, Office, deed, on, rows

pytestmark = pytest.mark.usefixtures("server")

WHY = {"reason": "11月分の支払い"}


@pytest.fixture
def office() -> Office:
    office = Office()
    office.owe({office.town.shop: 5_000, office.town.large_shop: 700})
    return office


def desk(office: Office, staff: Staff | None = None) -> Desk:
    return Desk(office.issuer, staff=staff or office.clerk)


def said(office: Office, run: PayoutRun, staff: Staff | None = None) -> str:
    """What the page of a run says to somebody, as text."""
    page = words(desk(office, staff).get(f"payoutrun/{run.pk}/"))
    return re.sub(r"\s+", " ", strip_tags(page))


def stands(office: Office, run: PayoutRun) -> list[str]:
    page = words(desk(office).get(f"payoutrun/{run.pk}/"))
    return re.findall(r'data-stands="(\w+)"', page)


class TestPreparing:
    def test_shows_everything_first(self, office: Office) -> None:
        office.account(office.town.add_shop("S0003", office.town.all_shops), OTHER)
        page = words(desk(office).get("runs/new/"))
        text = re.sub(r"\s+", " ", strip_tags(page))
        assert "振込する合計 5,700円 2店" in text
        assert page.count("ｶ)ｺﾔﾏｼﾖｸﾄﾞｳ") == 2
        assert ("7654321" in page, "****321" in page) == (False, True)
        assert PayoutRun.objects.of(office.issuer).count() == 0

    def form(self, office: Office) -> dict[str, str]:
        page = words(desk(office).get("runs/new/"))
        fields = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page)
        return {name: value for name, value in fields if name != "csrfmiddlewaretoken"} | WHY

    def test_prepares_what_was_shown(self, office: Office) -> None:
        answer = desk(office).post("runs/new/", self.form(office))
        run = PayoutRun.objects.of(office.issuer).get()
        assert answer["Location"] == f"/console/payoutrun/{run.pk}/"
        assert (run.total, run.prepared_by) == (5_700, office.clerk)

    def test_not_what_has_changed_since(self, office: Office) -> None:
        form = self.form(office)
        owe(office.town, {office.town.shop: 30})
        answer = desk(office).post("runs/new/", form)
        assert answer.status_code == 422
        page = words(answer)
        assert ("表示したあとに内容が変わりました" in page, "5,730円" in page) == (True, True)
        assert PayoutRun.objects.of(office.issuer).count() == 0
        shown = re.search(r'name="shown" value="(\w+)"', page)
        assert shown is not None
        again = desk(office).post("runs/new/", form | {"shown": shown[1]})
        assert again.status_code == 303

    def test_nothing_without_a_reason(self, office: Office) -> None:
        answer = desk(office).post("runs/new/", self.form(office) | {"reason": ""})
        assert answer.status_code == 422
        assert PayoutRun.objects.of(office.issuer).count() == 0

    def test_says_what_is_left_out_and_why(self, office: Office) -> None:
        hold = holds.propose(deed(office.clerk), office.clerk, office.town.shop, until_day=None)
        assert hold is not None
        holds.approve(deed(office.owner), office.owner, hold)
        owe(office.town, {office.town.add_shop("S0003", office.town.all_shops): 90})
        page = words(desk(office).get("runs/new/"))
        assert "支払保留(解除するまで)" in page
        assert "口座が登録されていません" in page
        assert re.search(r"振込する合計.*?700円", page, re.S)

    def test_a_day_without_banks(self, office: Office) -> None:
        day = office.day
        while day.weekday() != 6:
            day += timedelta(days=1)
        page = words(desk(office).get(f"runs/new/?pay_on={day}"))
        assert ("銀行の休業日です" in page, 'name="shown"' in page) == (True, False)

    @pytest.mark.parametrize("day", ["0001-01-01", "2026-01-05", "9999-12-31"])
    def test_a_day_that_cannot_be(self, office: Office, day: str) -> None:
        answer = desk(office).get(f"runs/new/?pay_on={day}")
        assert (answer.status_code, 'name="shown"' in words(answer)) == (422, False)
        sent = desk(office).post("runs/new/", {"pay_on": day, "shown": "0" * 64} | WHY)
        assert sent.status_code == 303
        assert PayoutRun.objects.of(office.issuer).count() == 0

    def test_follows_nothing_that_is_no_number(self, office: Office) -> None:
        assert desk(office).get("runs/new/?follows=²").status_code == 200

    def test_a_new_issuer_is_led_to_its_own_account(self) -> None:
        office = Office()
        office.set_rules(originator_code="")
        page = words(desk(office).get("runs/new/"))
        assert "振込元の口座と委託者コード" in page


class TestWhoseTurnItIs:
    def test_of_who_prepared_it(self, office: Office) -> None:
        text = said(office, office.prepared())
        assert "次は、ほかの担当者の承認です" in text
        assert "承認できる人: 高橋 由美、田中 目" in text

    def test_of_who_may_approve(self, office: Office) -> None:
        text = said(office, office.prepared(), office.owner)
        assert "次は、あなたの承認です" in text
        assert "作成した鈴木 一郎さんは承認できません" in text
        assert "内容を確かめて承認へ" in text

    def test_of_who_entered_an_account(self, office: Office) -> None:
        text = said(office, office.prepared(), office.hand)
        assert "あなたが登録し、はじめて支払う口座があります" in text
        assert "内容を確かめて承認へ" not in text

    def test_home_and_the_closing_lead_on_to_a_run(self, office: Office) -> None:
        closing = Closing.objects.of(office.issuer).latest("number")
        pages, waits = ("", "settlement/"), "支払いを待つ精算書が2通あります"
        assert all(waits in words(desk(office).get(page)) for page in pages)
        assert 'href="/console/runs/new/"' in words(desk(office).get(f"closing/{closing.pk}/"))
        office.prepared()
        assert not any("支払いを待つ精算書" in words(desk(office).get(page)) for page in pages)
        assert "/console/runs/new/" not in words(desk(office).get(f"closing/{closing.pk}/"))

    def test_home_calls_only_who_may_approve(self, office: Office) -> None:
        office.prepared()
        waits = "店舗への振込1件が、あなたの承認を待っています"
        for staff, is_called in ((office.owner, True), (office.hand, False), (office.clerk, False)):
            assert (waits in words(desk(office, staff).get())) is is_called, staff.display_name

    @pytest.mark.parametrize("role", [Role.VIEWER, Role.SUPPORT, Role.OPERATOR])
    def test_of_who_only_sees(self, office: Office, role: str) -> None:
        run = office.prepared()
        desk = Desk(office.issuer, role)
        page = words(desk.get(f"payoutrun/{run.pk}/"))
        assert "承認を待っています" in page
        assert not re.search(r'href="/console/runs/', page)
        for page in ("approve", "drop", "file", "paid", "rows"):
            assert desk.get(f"runs/{run.pk}/{page}/").status_code == 403

    def test_of_each_step(self, office: Office) -> None:
        run = office.prepared()
        assert stands(office, run) == ["done", "now", "later", "later"]
        office.approve(run)
        assert stands(office, run) == ["done", "done", "now", "later"]
        assert "次は、銀行への引き渡しです" in said(office, run)
        office.fetch(run)
        assert stands(office, run) == ["done", "done", "done", "now"]
        assert "支払日を待っています" in said(office, run)
        with on(run.pay_on):
            assert "次は、銀行の結果の記録です" in said(office, run)
        office.mark(run, {1: "口座名義相違"})
        assert stands(office, run) == ["done"] * 4
        text = said(office, run)
        assert "振込不能が1件あります" in text
        assert "口座名義相違 戻り金を記録" in text
        office.returned(next(row for row in rows(run) if row.outcome == "failed"))
        assert "戻ったお金は、次からの振込で支払います" in said(office, run)

    def test_when_something_has_changed(self, office: Office) -> None:
        run = office.prepared()
        office.account(office.town.shop, OTHER)
        text = said(office, run, office.owner)
        assert "このままでは進めません" in text
        assert "口座が変わりました" in text

    def test_when_its_day_is_missed(self, office: Office) -> None:
        run = office.approved()
        with on(run.hand_in_by + timedelta(days=1)):
            assert "銀行への提出期限を過ぎています" in said(office, run)
            drop(deed(office.clerk), office.clerk, run)
            assert "新しい支払日で作り直す" in said(office, run)
            page = words(desk(office).get(f"runs/new/?follows={run.pk}"))
            assert "第1回の振込を、新しい支払日で作り直します" in page


class TestSteps:
    def test_approving_asks_for_the_total(self, office: Office) -> None:
        run = office.prepared()
        owner = desk(office, office.owner)
        page = f"runs/{run.pk}/approve/"
        text = re.sub(r"\s+", " ", strip_tags(words(owner.get(page))))
        assert "振込する合計 5,700円" in text
        assert ("はじめて支払う口座" in text, "佐藤 手 / 田中 目" in text) == (True, True)
        assert owner.post(page, WHY | {"total": "5701"}).status_code == 422
        assert owner.post(page, {"total": "5700"}).status_code == 422
        assert desk(office).post(page, WHY | {"total": "5700"}).status_code == 422
        assert PayoutRun.objects.get(pk=run.pk).state == "prepared"
        assert owner.post(page, WHY | {"total": "５,７００"}).status_code == 303
        assert PayoutRun.objects.get(pk=run.pk).approved_by == office.owner

    def test_approving_shows_what_is_paid_again(self, office: Office) -> None:
        """That the money came back is one person's word: the approver sees whose, and of what."""
        first = office.paid({1: "口座名義相違"})
        assert office.returned(rows(first)[0], 4_340) == ""
        with on(first.pay_on):
            run = office.prepared()
            page = words(desk(office, office.owner).get(f"runs/{run.pk}/approve/"))
        text = re.sub(r"\s+", " ", strip_tags(page.split("もう一度支払うもの")[-1]))
        assert re.search(r"S0001.* 5,000円 第1回の振込 口座名義相違 .*4,340円.* 鈴木 一郎", text)

    def test_approving_the_first_time_shows_nothing_paid_again(self, office: Office) -> None:
        run = office.prepared()
        page = words(desk(office, office.owner).get(f"runs/{run.pk}/approve/"))
        assert "もう一度支払うもの" not in page

    def test_the_file(self, office: Office) -> None:
        run = office.approved()
        page = f"runs/{run.pk}/file/"
        answer = desk(office).post(page, WHY)
        assert hashlib.sha256(answer.content).hexdigest() == run.file_sha256
        assert "filename*=utf-8''FURIKOMI-%E8%A6%8B%E6%9C%AC-" in answer["Content-Disposition"]
        assert "no-store" in answer["Cache-Control"]
        again = desk(office).post(page, WHY)
        assert (again.status_code, "あなたは一度受け取っています" in words(again)) == (422, True)
        assert "2回渡すと、2回支払われます" in words(desk(office, office.owner).get(page))
        assert desk(office, office.owner).post(page, WHY).content == answer.content
        assert RunFetch.objects.of(office.issuer).count() == 2

    def test_paid_but_for_some(self, office: Office) -> None:
        run = office.handed_over()
        page = f"runs/{run.pk}/paid/"
        assert desk(office).post(page, WHY).status_code == 422
        with on(run.pay_on):
            for wrong in ("1", "口座名義相違", "9 口座名義相違", "1 a\n1 b"):
                answer = desk(office).post(page, WHY | {"failed": wrong})
                assert answer.status_code == 422, wrong
            assert PayoutRun.objects.get(pk=run.pk).state == "handed_over"
            answer = desk(office).post(page, WHY | {"failed": "１ 口座名義相違\n"})
            assert answer.status_code == 303
        failed, paid = rows(run)
        assert (failed.outcome, failed.failed_reason, paid.outcome) == (
            "failed",
            "口座名義相違",
            "paid",
        )

    def test_rows(self, office: Office) -> None:
        run = office.paid()
        row = rows(run)[0]
        clerk = desk(office)
        listed = words(clerk.get(f"runs/{run.pk}/rows/"))
        assert f"/console/runs/rows/{row.pk}/fail/" in listed
        fail = WHY | {"failed_reason": "該当口座なし"}
        assert clerk.post(f"runs/rows/{row.pk}/fail/", fail).status_code == 303
        assert clerk.post(f"runs/rows/{row.pk}/fail/", fail).status_code == 422
        assert f"/console/runs/rows/{row.pk}/paid/" in words(clerk.get(f"runs/{run.pk}/rows/"))
        assert f"/console/runs/rows/{row.pk}/paid/" in words(clerk.get(f"payoutrun/{run.pk}/"))
        assert clerk.post(f"runs/rows/{row.pk}/paid/", WHY).status_code == 303
        assert clerk.post(f"runs/rows/{row.pk}/fail/", fail).status_code == 303
        back = WHY | {"returned_on": str(run.pay_on), "yen": "5,000"}
        page = f"runs/rows/{row.pk}/returned/"
        assert clerk.post(page, back).status_code == 422
        with on(run.pay_on):
            clerk = desk(office)
            assert clerk.post(page, back | {"yen": "5001"}).status_code == 422
            assert clerk.post(page, back).status_code == 303
        row.refresh_from_db()
        assert (row.returned_yen, row.returned_noted_by) == (5_000, office.clerk)

    def test_dropping(self, office: Office) -> None:
        run = office.prepared()
        assert desk(office).post(f"runs/{run.pk}/drop/", {"reason": ""}).status_code == 422
        assert desk(office).post(f"runs/{run.pk}/drop/", WHY).status_code == 303
        assert stands(office, run) == ["done", "never", "never", "never"]
        assert "11月分の支払い" in said(office, run)


def test_all_is_on_record_in_words(office: Office) -> None:
    run = office.paid({1: "口座名義相違"})
    office.returned(rows(run)[0])
    owner = desk(office, office.owner)
    for entry in AuditEntry.objects.of(office.issuer).filter(subject=run.subject):
        text = words(owner.get(f"auditentry/{entry.pk}/"))
        assert "振込の回" in text
        assert not re.search(r">(run_\w+|prepared|handed_over|failed_total)<", text)


def test_the_list(office: Office) -> None:
    run = office.prepared()
    text = re.sub(r"\s+", " ", strip_tags(words(desk(office).get("payoutrun/"))))
    assert "第1回の振込 承認待ち 5,700円 2件" in text
    other = Desk(Office().issuer)
    assert other.get(f"payoutrun/{run.pk}/").status_code == 404
    assert "第1回の振込" not in words(other.get("payoutrun/"))
    empty = words(other.get("payoutrun/"))
    assert "振込を作成する" in empty
