"""Three months of a town that settles, from ``hansatsu createissuer`` on: by screens alone, but for
what a town has before it settles. Everything is found on its way from a page to the next."""

import re
from collections.abc import Iterator
from contextlib import AbstractContextManager

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from hansatsu.database.server import EmbeddedServer
from hansatsu.flows.settlement.models import PayoutRun, RunState
from hansatsu.formats.zengin.bulk_transfer import BulkTransfer, read_bulk_transfer
from hansatsu.parties.identity.models import Role, Staff
from hansatsu.parties.shops import account_versions
from tests.support.browsers import phone
from tests.support.cashiers import done
from tests.support.cashiers import log_in as log_in_at_shop
from tests.support.clerks import employ
from tests.support.desks import at_desk, desktop
from tests.support.moving_towns import MovingTown, moving_town
from tests.support.papers import text_of
from tests.support.phones import log_in
from tests.town import Town, furnished

OPENED = "2026-04-01 09:00"
REASON = "定例の精算"
OTHER_SHOP = "S0002"
ORIGINATOR = {
    "委託者コード": "1234567890",
    "振込依頼人名(カタカナ)": "オヤマシキョウツウショウヒンケン",
    "金融機関番号": "0129",
    "支店番号": "101",
    "口座番号": "1234567",
}
BANK = {"金融機関番号": "0517", "支店番号": "001", "口座番号": "7654321"}


@pytest.fixture
def moving(server: EmbeddedServer, application_environment: dict[str, str]) -> Iterator[MovingTown]:
    with moving_town(server, application_environment, OPENED) as opened:
        yield opened


class Walk:
    """The town with who works in it: ``hand`` enters accounts, ``clerk`` prepares and hands over,
    ``owner`` is the one that the command made."""

    def __init__(self, browser: Browser, moving: MovingTown) -> None:
        self.browser, self.moving = browser, moving
        self.town: Town = furnished(moving.issuer)
        self.town.charge(self.town.resident, self.town.all_shops, 100_000)
        self.owner = Staff.objects.of(moving.issuer).get(role=Role.OWNER)
        Staff.objects.filter(pk=self.owner.pk).update(must_change_password=False)
        self.owner.refresh_from_db()
        self.hand = employ(moving.issuer, Role.ACCOUNTANT, "佐藤 恵")
        self.clerk = employ(moving.issuer, Role.ACCOUNTANT, "鈴木 一郎")

    def at_desk(self, staff: Staff) -> AbstractContextManager[Page]:
        """The console's ホーム, where somebody has just come in."""
        return at_desk(self.browser, self.moving.url, staff)

    def page(self) -> AbstractContextManager[Page]:
        """A browser of its own, at a desk."""
        return desktop(self.browser, self.moving.url)


@pytest.fixture
def walk(browser: Browser, moving: MovingTown) -> Walk:
    return Walk(browser, moving)


def menu(page: Page, name: str) -> None:
    page.locator("#nav-sidebar").get_by_role("link", name=re.compile(rf"(^|\s){name}$")).click()


def link(page: Page, name: str) -> None:
    """A link of the page itself, by the end of its words: an icon's name stands before them."""
    page.locator("#content").get_by_role("link", name=re.compile(rf"(^|\s){name}$")).first.click()


def row(page: Page, text: str) -> None:
    """What stands in the row of a list with this text."""
    found = page.get_by_role("row", name=re.compile(re.escape(text)))
    found.get_by_role("link").first.click()


def field(page: Page, label: str) -> Locator:
    """A field by its whole label; a star marks what must be filled in."""
    return page.get_by_label(re.compile(rf"^\s*{re.escape(label)}\s*\*?\s*$"))


def send(page: Page, button: str) -> None:
    """Give the reason where it is asked for, and press."""
    if field(page, "理由").count():
        field(page, "理由").fill(REASON)
    page.get_by_role("button", name=button, exact=True).click()


def says(page: Page, text: str) -> None:
    expect(page.get_by_text(text).first).to_be_visible()


def set_up(walk: Walk) -> None:
    """The owner says from where and when shops are paid; ホーム has told what is missing."""
    with walk.at_desk(walk.owner) as page:
        menu(page, "精算のホーム")
        says(page, "振込元の口座と委託者コードを登録してください")
        link(page, "精算の設定")
        page.locator("a[href$='settlement/account/']").click()
        for label, text in ORIGINATOR.items():
            field(page, label).fill(text)
        field(page, "預金種目").select_option("1")
        send(page, "変える")
        says(page, "ｵﾔﾏｼｷﾖｳﾂｳｼﾖｳﾋﾝｹﾝ")
        send(page, "変える")
        page.locator("a[href$='settings/closing/']").click()
        link(page, "変える")
        field(page, "振込日").select_option("15")
        send(page, "変える")
        says(page, "翌月15日に振込")
        menu(page, "精算の設定")
        page.locator("a[href$='settlement/on-demand/']").click()
        field(page, "随時払いを受け付ける").check()
        field(page, "申請できる最低の金額(円)").fill("1000")
        send(page, "変える")


def enter_account(walk: Walk, shop: str, holder: str) -> None:
    """One clerk enters it, and may not approve it; the owner does."""
    with walk.at_desk(walk.hand) as page:
        menu(page, "加盟店")
        row(page, shop)
        link(page, "口座を入力する")
        for label, text in BANK.items():
            field(page, label).fill(text)
        field(page, "預金種目").select_option("普通")
        field(page, "口座名義カナ").fill(holder)
        send(page, "承認を依頼する")
        says(page, "ほかの担当者が承認すると、振込先が変わります")
        version = account_versions.waiting(walk.moving.issuer).get()
        page.goto(f"/console/accounts/{version.pk}/approve/")
        says(page, "自分で入力した口座は承認できません。")
    with walk.at_desk(walk.owner) as page:
        link(page, "承認を待っている振込先の口座が1件あります。")
        row(page, shop)
        link(page, "承認する")
        send(page, "承認する")
        says(page, "口座を承認しました")


def pay_at_poster(walk: Walk, amount: str) -> None:
    with phone(walk.browser, walk.moving.url) as page:
        log_in(page, walk.town)
        page.goto(f"/{walk.moving.issuer.code}/pay/S0001")
        page.get_by_label("お支払い金額").fill(amount)
        page.get_by_role("button", name="お支払確認").click()
        expect(page.get_by_text("お店の方にこの画面をお見せください")).to_be_visible()
        page.wait_for_load_state()
        page.get_by_role("button", name="お支払", exact=True).click()
        done(page)


def see_statement(walk: Walk, number: str, yen: str) -> None:
    """From 精算のホーム by the newest closing to a statement."""
    with walk.at_desk(walk.clerk) as page:
        menu(page, "精算のホーム")
        page.locator("#content").get_by_role("link", name=re.compile("第1回")).first.click()
        link(page, "精算書の一覧")
        row(page, number)
        says(page, yen)
        link(page, "決済の一覧")


def prepare(walk: Walk, total: str) -> PayoutRun:
    """By the clerk, who may not approve it and is told so."""
    with walk.at_desk(walk.clerk) as page:
        page.get_by_role(
            "link", name=re.compile("支払いを待つ精算書が.*振込を作成してください")
        ).click()
        says(page, total)
        says(page, "ﾃﾝﾉｳｽﾞﾊﾝﾃﾝ")
        send(page, "この内容で作成する")
        says(page, "あなたが作成した振込です。承認は、ほかの担当者にしかできません。")
        run = PayoutRun.objects.of(walk.moving.issuer).latest("number")
        refused(page, run, "あなたが作成した振込です。")
    return run


def refused(page: Page, run: PayoutRun, words: str) -> None:
    """Approving it all the same, by the page's address, is refused in words."""
    page.goto(f"/console/runs/{run.pk}/approve/")
    page.get_by_label(re.compile("振込する合計")).fill(str(run.total))
    send(page, "承認する")
    says(page, words)
    run.refresh_from_db()
    assert run.state == RunState.PREPARED


def approve(walk: Walk, run: PayoutRun) -> None:
    with walk.at_desk(walk.owner) as page:
        link(page, "店舗への振込1件が、あなたの承認を待っています。")
        row(page, f"第{run.number}回")
        link(page, "内容を確かめて承認へ")
        page.get_by_label(re.compile("振込する合計")).fill(str(run.total))
        send(page, "承認する")
        says(page, "承認しました。銀行へ引き渡せます。")


def hand_over(walk: Walk, run: PayoutRun) -> BulkTransfer:
    """What the bank gets, read back."""
    with walk.at_desk(walk.clerk) as page:
        open_run(page, run)
        link(page, "ファイルの受け取りへ")
        with page.expect_download() as waiting:
            send(page, "ファイルを受け取る")
        open_run(page, run)
        return read_bulk_transfer(waiting.value.path().read_bytes())


def open_run(page: Page, run: PayoutRun) -> None:
    menu(page, "店舗への振込")
    row(page, f"第{run.number}回")


def mark_paid(walk: Walk, run: PayoutRun, failed: str = "") -> None:
    with walk.at_desk(walk.clerk) as page:
        open_run(page, run)
        link(page, "銀行の結果を記録する")
        page.get_by_label(re.compile("振込不能になったもの")).fill(failed)
        send(page, "支払済みにする")
        says(page, "支払済みにしました。")


def note_return(walk: Walk, run: PayoutRun) -> None:
    with walk.at_desk(walk.clerk) as page:
        open_run(page, run)
        link(page, "戻り金を記録")
        field(page, "戻った日").fill("2026-05-18")
        send(page, "記録する")
        says(page, "次の振込で支払います。")


def ask_early(walk: Walk) -> None:
    """A manager asks to be paid in between, and the clerk closes for that shop."""
    with walk.page() as page:
        log_in_at_shop(page, walk.town, manager=True)
        page.get_by_role("link", name=re.compile("次のお支払いまでの売上.*5,000")).click()
        page.get_by_role("link", name="締め日を待たずに受け取る").click()
        page.get_by_role("button", name="随時払いを申し込む").click()
    with walk.at_desk(walk.clerk) as page:
        link(page, "随時払いの申請が1件、返事を待っています。")
        row(page, "S0001")
        link(page, "締めて支払う")
        send(page, "締めて支払う")
        says(page, "締めました。次の振込に入ります。")


def test_three_months(walk: Walk) -> None:
    moving, town = walk.moving, walk.town
    set_up(walk)
    enter_account(walk, "S0001", "テンノウズハンテン")
    enter_account(walk, OTHER_SHOP, "スーパー オモイガワ")
    moving.at("2026-04-10 12:00")
    pay_at_poster(walk, "1200")
    town.pay(town.resident, town.large_shop, 3_000)

    moving.at("2026-05-01 00:30")
    assert "2 statements, ¥4,200 to be paid on 2026-05-15" in moving.close()
    moving.at("2026-05-07 09:00")
    see_statement(walk, "0001-S0001", "1,200")
    first = prepare(walk, "4,200")
    with walk.at_desk(walk.hand) as page:
        refused(page, first, "あなたが登録し、はじめて支払う口座があります。")
    approve(walk, first)
    file = hand_over(walk, first)
    assert [(row.payee, row.yen) for row in file.rows] == [
        ("ﾃﾝﾉｳｽﾞﾊﾝﾃﾝ", 1_200),
        ("ｽ-ﾊﾟ- ｵﾓｲｶﾞﾜ", 3_000),
    ]
    assert (file.originator.originator_code, file.month_and_day) == ("1234567890", "0515")

    town.pay(town.resident, town.shop, 5_000)
    moving.at("2026-05-08 09:00")
    ask_early(walk)
    early = prepare(walk, "5,000")
    approve(walk, early)
    assert [row.yen for row in hand_over(walk, early).rows] == [5_000]

    moving.at("2026-05-15 10:00")
    mark_paid(walk, first, "2 口座名義相違")
    mark_paid(walk, early)
    moving.at("2026-05-18 10:00")
    note_return(walk, first)
    enter_account(walk, OTHER_SHOP, "カ)オモイガワ")
    town.pay(town.resident, town.shop, 700)
    town.pay(town.resident, town.large_shop, 800)

    moving.at("2026-06-01 00:30")
    assert "2 statements, ¥1,500 to be paid on 2026-06-15" in moving.close()
    moving.at("2026-06-01 09:00")
    second = prepare(walk, "4,500")
    approve(walk, second)
    file = hand_over(walk, second)
    assert [(row.payee, row.yen) for row in file.rows] == [
        ("ﾃﾝﾉｳｽﾞﾊﾝﾃﾝ", 700),
        ("ｶ)ｵﾓｲｶﾞﾜ", 3_000),
        ("ｶ)ｵﾓｲｶﾞﾜ", 800),
    ]
    moving.at("2026-06-15 10:00")
    mark_paid(walk, second)
    shop_finds(walk)


def shop_finds(walk: Walk) -> None:
    """The manager of the shop: from the front page to the statement and its PDF."""
    with walk.page() as page:
        log_in_at_shop(page, walk.town, manager=True)
        page.get_by_role("link", name=re.compile("次のお支払い")).click()
        page.get_by_role("link", name=re.compile("2026年5月31日.*締め.*700")).click()
        with page.expect_download() as waiting:
            page.get_by_role("link", name=re.compile("PDF")).first.click()
        assert "700" in text_of(waiting.value.path().read_bytes())
