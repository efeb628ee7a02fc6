"""精算の設定: what is shown before it is kept, what is refused, and the record."""

from typing import Any

import pytest

from hansatsu.flows.settlement.models import FeeClass, SettlementRules, ShopFeeClass
from hansatsu.flows.settlement.rules import rules_of
from hansatsu.parties.issuers.models import AuditEntry
from tests.support.clerks import Desk
from tests.support.clients import words
from tests.town import Town

ACCOUNT = {
    "originator_code": "1234567890",
    "originator_name": "オヤマシキョウツウショウヒンケン",
    "own_bank": "0129",
    "own_branch": "101",
    "own_type": "1",
    "own_number": "7654321",
    "reason": "契約",
}
DAYS = {
    "bank_day_shift": "previous",
    "hand_in_days": "3",
    "own_closed_days": "2026-08-14\n2026/08/13",
    "first_payout_hold_days": "5",
    "reason": "契約",
}
FILE = {
    "line_ending": "none",
    "clearing_fill": "    ",
    "registration_number": "Ｔ7000012050002",
    "reason": "契約",
}
FEES = {
    "fee_bearer": "shop",
    "from_yen_1": "1",
    "same_bank_1": "110",
    "other_bank_1": "330",
    "from_yen_2": "30,000",
    "same_bank_2": "220",
    "other_bank_2": "550",
    "reason": "契約",
}
CLASS = {"name": "一般", "per_cent": "1.5", "fixed": "10", "reason": "要綱"}
DO = {"step": "do"}


def kept(town: Town) -> dict[str, Any]:
    rules_of(town.issuer)
    return SettlementRules.objects.of(town.issuer).values().get()


def newest(town: Town) -> AuditEntry:
    return AuditEntry.objects.of(town.issuer).latest("pk")


def test_the_own_account_is_shown_as_the_bank_reads_it_first(town: Town, desk: Desk) -> None:
    assert "未登録(銀行のファイルを作れません)" in words(desk.get("settings/settlement/"))
    before = kept(town)
    shown = words(desk.post("settings/settlement/account/", ACCOUNT))
    assert "ｵﾔﾏｼｷﾖｳﾂｳｼﾖｳﾋﾝｹﾝ" in shown
    assert "ョ → ﾖ" in shown
    assert "足利 宇都宮" in shown
    assert kept(town) == before
    assert desk.post("settings/settlement/account/", ACCOUNT | DO).status_code == 303
    rules = rules_of(town.issuer)
    assert rules.has_originator
    assert rules.originator_name == "ｵﾔﾏｼｷﾖｳﾂｳｼﾖｳﾋﾝｹﾝ"
    record = words(desk.get(f"auditentry/{newest(town).pk}/"))
    assert "****321" in record
    assert "7654321" not in record
    assert "****321" in words(desk.get("settings/settlement/"))


@pytest.mark.parametrize(
    ("page", "form", "wrong"),
    [
        ("account", ACCOUNT, {"originator_code": "123456789"}),
        ("account", ACCOUNT, {"originator_name": "小山市"}),
        ("account", ACCOUNT, {"originator_name": "ガ" * 21}),
        ("account", ACCOUNT, {"own_bank": "9999"}),
        ("account", ACCOUNT, {"own_branch": "999"}),
        ("account", ACCOUNT, {"own_type": "4"}),
        ("account", ACCOUNT, {"own_number": "12345678"}),
        ("account", ACCOUNT, {"reason": ""}),
        ("days", DAYS, {"hand_in_days": "11"}),
        ("days", DAYS, {"own_closed_days": "8月14日"}),
        ("days", DAYS, {"first_payout_hold_days": "31"}),
        ("file", FILE, {"registration_number": "T8000012050002"}),
        ("file", FILE, {"clearing_fill": "1234"}),
        ("transfer-fees", FEES, {"from_yen_1": "2"}),
        ("transfer-fees", FEES, {"from_yen_2": "1"}),
        ("transfer-fees", FEES, {"other_bank_2": ""}),
        ("transfer-fees", {"fee_bearer": "shop", "reason": "契約"}, {}),
        ("on-demand", {"on_demand": "on", "reason": "要綱"}, {"on_demand_minimum": "0"}),
    ],
)
def test_what_is_wrong_changes_nothing(
    town: Town, desk: Desk, page: str, form: dict[str, str], wrong: dict[str, str]
) -> None:
    before, entry = kept(town), newest(town).pk
    assert desk.post(f"settings/settlement/{page}/", form | wrong | DO).status_code == 422
    assert kept(town) == before
    assert newest(town).pk == entry


def test_days_and_file_are_kept(town: Town, desk: Desk) -> None:
    assert desk.post("settings/settlement/days/", DAYS).status_code == 303
    assert desk.post("settings/settlement/file/", FILE).status_code == 303
    page = words(desk.get("settings/settlement/"))
    assert "前の営業日に振り込む" in page
    assert "2026/08/13, 2026/08/14" in page
    rules = rules_of(town.issuer)
    assert (rules.line_ending, rules.clearing_fill) == ("none", "    ")
    assert rules.registration_number == "T7000012050002"
    assert desk.post("settings/settlement/days/", DAYS).status_code == 303
    assert newest(town).after["registration_number"] == "T7000012050002"


def test_transfer_fees_are_shown_in_yen_before_they_are_kept(town: Town, desk: Desk) -> None:
    before = kept(town)
    shown = words(desk.post("settings/settlement/transfer-fees/", FEES))
    assert "30,000円から" in shown
    assert "同じ銀行 220円 / ほかの銀行 550円" in shown
    assert kept(town) == before
    assert desk.post("settings/settlement/transfer-fees/", FEES | DO).status_code == 303
    rules = rules_of(town.issuer)
    assert rules.fee_bearer == "shop"
    assert rules.transfer_fees[1] == {"from_yen": 30_000, "same_bank": 220, "other_bank": 550}
    assert 'value="550"' in desk.get("settings/settlement/transfer-fees/").content.decode()


def test_a_class_says_what_a_shop_pays_before_it_is_made(town: Town, desk: Desk) -> None:
    shown = words(desk.post("settings/fee-classes/new/", CLASS))
    said = (
        "売上が100,000円(決済50件)の加盟店の手数料は2,000円、消費税200円で、"
        "振り込むのは97,800円です。"
    )
    assert said in shown
    assert not FeeClass.objects.of(town.issuer).exists()
    assert desk.post("settings/fee-classes/new/", CLASS | DO).status_code == 303
    made = FeeClass.objects.of(town.issuer).get()
    assert (made.basis_points, made.fixed) == (150, 10)
    assert desk.post("settings/fee-classes/new/", CLASS | DO).status_code == 422
    for wrong in ("20.01", "1.555", "-1", "a", "2O"):
        assert (
            desk.post("settings/fee-classes/new/", CLASS | {"per_cent": wrong}).status_code == 422
        )
    assert FeeClass.objects.of(town.issuer).count() == 1


def test_shops_are_counted_before_a_class_holds_for_them(town: Town, desk: Desk) -> None:
    desk.post("settings/fee-classes/new/", CLASS | DO)
    made = FeeClass.objects.of(town.issuer).get()
    form = {"fee_class": str(made.pk), "which": "all", "from_day": "2026-12-01", "reason": "要綱"}
    assert "2店" in words(desk.post("settings/fee-classes/move/", form))
    assert not ShopFeeClass.objects.of(town.issuer).exists()
    for wrong in (
        {"which": "category"},
        {"which": "codes"},
        {"which": "codes", "codes": "S0001 S9999"},
        {"from_day": ""},
        {"fee_class": "0"},
    ):
        assert desk.post("settings/fee-classes/move/", form | wrong | DO).status_code == 422
    one = form | {"which": "codes", "codes": "s0001"}
    assert desk.post("settings/fee-classes/move/", one | DO).status_code == 303
    assert [row.shop for row in ShopFeeClass.objects.of(town.issuer)] == [town.shop]
    of_kind = form | {"which": "category", "category": str(town.category.pk)}
    assert desk.post("settings/fee-classes/move/", of_kind | DO).status_code == 303
    none = form | {"fee_class": "", "from_day": "2026-12-05"}
    assert "手数料なし" in words(desk.post("settings/fee-classes/move/", none))
    assert desk.post("settings/fee-classes/move/", none | DO).status_code == 303
    record = words(desk.get(f"auditentry/{newest(town).pk}/"))
    assert "手数料区分の適用" in record


def test_payouts_on_demand_have_a_class_of_their_own(town: Town, desk: Desk) -> None:
    desk.post("settings/fee-classes/new/", CLASS | DO)
    made = FeeClass.objects.of(town.issuer).get()
    form = {"on_demand": "on", "on_demand_minimum": "5000", "on_demand_fee_class": str(made.pk)}
    assert desk.post("settings/settlement/on-demand/", form | {"reason": "要綱"}).status_code == 303
    rules = rules_of(town.issuer)
    assert (rules.on_demand, rules.on_demand_minimum) == (True, 5000)
    assert rules.on_demand_fee_class == made
    assert newest(town).after["on_demand_fee_class"] == "一般"
    page = words(desk.get("settings/settlement/"))
    assert "一般: 売上の1.5% + 1件10円" in page
