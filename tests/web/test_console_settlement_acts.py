"""調整, 支払保留, 未収, 随時払い and the dry run in the console: by two people, once, as
shown."""

import io
import re
from datetime import date, timedelta
from typing import Any

from django.http import HttpResponse
from openpyxl import load_workbook

from hansatsu.flows.settlement import adjustments, holds, on_demand
from hansatsu.flows.settlement.models import (
    Adjustment,
    AdjustmentLine,
    Closing,
    Hold,
    PayoutRequest,
    SettlementRules,
)
from hansatsu.formats.japan import in_japan
from hansatsu.parties import clock
from hansatsu.parties.identity.models import Role
from hansatsu.parties.issuers.models import AuditEntry
from hansatsu.parties.seals.bank_accounts import BankAccount, seal_account
from hansatsu.parties.shops.models import AccountState, AccountVersion
from tests.support.clerks import Desk
from tests.support.clients import words
from tests.support.racing import race
from tests.support.settling import Settling, deed_of
from tests.support.tills import hire

WHY = {"reason": "お店からの申し出"}


def desk(settling: Settling, role: str = Role.ACCOUNTANT) -> Desk:
    return Desk(settling.town.issuer, role)


def key_of(page: HttpResponse) -> dict[str, str]:
    """The key that a form was shown with."""
    found = re.search(r'name="key" value="([^"]+)"', words(page))
    assert found is not None
    return {"key": found[1]}


def propose(one: Desk, page: str, **form: Any) -> HttpResponse:
    """Fill in a form, look at what will come of it, and confirm."""
    return one.confirm(page, WHY | key_of(one.get(page)) | form)


def acts(settling: Settling) -> list[str]:
    entries = AuditEntry.objects.of(settling.town.issuer).exclude(act="log_in")
    return list(entries.order_by("pk").values_list("act", flat=True))


def lines(settling: Settling) -> dict[str, int]:
    found = AdjustmentLine.objects.of(settling.town.issuer)
    return dict(found.values_list("shop__code", "yen"))


def test_a_payment_at_the_wrong_shop_is_put_right_by_two(settling: Settling) -> None:
    settling.at("2026-03-05 12:00:00")
    number = settling.pay(7_000)
    one, other = desk(settling), desk(settling)
    assert "この決済は別のお店のものでした" in words(one.get(f"support/payments/{number}/"))
    page = f"adjustments/wrong-shop/?payment={number}"
    form = {"payment": number, "other": "s0002", "yen": "7,000"}
    shown = one.post(page, WHY | form)
    assert "+7,000円" in words(shown)
    assert not Adjustment.objects.of(settling.town.issuer).exists()
    assert propose(one, page, **form).status_code == 303
    assert lines(settling) == {"S0001": -7_000, "S0002": 7_000}
    adjustment = Adjustment.objects.of(settling.town.issuer).get()
    address = f"adjustments/{adjustment.pk}/approve/"
    assert "あなたの承認を待っています" not in words(one.get("settlement/"))
    assert "あなたの承認を待っています" in words(other.get("settlement/"))
    assert "あなたの承認を待っています" in words(other.get())
    own = one.post(address, WHY)
    assert (own.status_code, "ご自分の申請は承認できません" in words(own)) == (422, True)
    adjustment.refresh_from_db()
    assert adjustment.state == "proposed"
    assert other.post(address, WHY).status_code == 303
    assert acts(settling) == ["adjustment_proposed", "adjustment_approved"]
    assert other.post(address, WHY).status_code == 422
    assert acts(settling) == ["adjustment_proposed", "adjustment_approved"]
    assert "次の精算書に載ります" in words(other.get(f"adjustment/{adjustment.pk}/"))
    settling.at("2026-04-01 00:00:05")
    settling.close()
    assert settling.last().payout == 0
    assert settling.last(settling.town.large_shop).payout == 7_000
    page = words(desk(settling).get(f"adjustment/{adjustment.pk}/"))
    assert "0001-S0001" in page


def test_what_cannot_be_adjusted_is_said_before_it_is_confirmed(settling: Settling) -> None:
    settling.at("2026-03-05 12:00:00")
    number = settling.pay(7_000)
    one = desk(settling)
    page = "adjustments/wrong-shop/"
    for form, said in (
        ({"payment": number, "other": "S0002", "yen": "7001"}, "残りの金額より多く"),
        ({"payment": number, "other": "S0001", "yen": "7000"}, "が同じです"),
        ({"payment": "X", "other": "S0002", "yen": "1"}, "この決済IDの決済はありません"),
        ({"payment": number, "other": "S9999", "yen": "1"}, "この番号の加盟店はありません"),
    ):
        refused = one.post(page, WHY | form)
        assert (refused.status_code, said in words(refused)) == (422, True), said
    assert not Adjustment.objects.of(settling.town.issuer).exists()
    assert acts(settling) == []


def test_the_same_form_sent_twice_is_one_adjustment(settling: Settling) -> None:
    one = desk(settling)
    form = WHY | key_of(one.get("adjustments/new/"))
    form |= {"shop": "S0001", "way": "from", "yen": "500", "step": "do"}
    first, again = one.post("adjustments/new/", form), one.post("adjustments/new/", form)
    assert (first.status_code, again["Location"]) == (303, first["Location"])
    assert lines(settling) == {"S0001": -500}
    assert acts(settling) == ["adjustment_proposed"]


def test_a_hold_is_one_persons_wish_until_another_approves(settling: Settling) -> None:
    one, other = desk(settling), desk(settling)
    past = in_japan(clock.now()).date()
    refused = one.post("holds/new/", WHY | {"shop": "S0001", "until_day": past.isoformat()})
    assert refused.status_code == 422
    assert not Hold.objects.of(settling.town.issuer).exists()
    until = past + timedelta(days=30)
    form = WHY | {"shop": "S0001", "until_day": until.isoformat()}
    assert one.post("holds/new/", form).status_code == 303
    twice = one.post("holds/new/", form)
    assert "すでにあります" in words(twice)
    hold = Hold.objects.of(settling.town.issuer).get()
    assert "ご自分の申請は承認できません" in words(one.post(f"holds/{hold.pk}/approve/", WHY))
    assert not holds.going(settling.town.issuer, past).exists()
    assert other.post(f"holds/{hold.pk}/approve/", WHY).status_code == 303
    assert holds.going(settling.town.issuer, past).get() == hold
    assert "保留中" in words(other.get("hold/"))
    assert one.post(f"holds/{hold.pk}/release/", WHY).status_code == 303
    assert not holds.going(settling.town.issuer, past).exists()
    assert one.post(f"holds/{hold.pk}/release/", WHY).status_code == 422
    assert acts(settling) == ["hold_proposed", "hold_approved", "hold_released"]


def in_debt(settling: Settling) -> None:
    """The town's shop gave back 3,000 of March in April, and owes them."""
    settling.at("2026-03-10 10:00:00")
    number = settling.pay(10_000)
    settling.at("2026-04-01 00:01:00")
    settling.close()
    settling.town.refund(number, 3_000)
    settling.at("2026-05-01 00:01:00")
    settling.close()


def test_a_debt_is_collected_or_written_off_by_two(settling: Settling) -> None:
    in_debt(settling)
    one, other = desk(settling), desk(settling)
    page = words(one.get("debts/"))
    assert ("3,000円" in page, "第2回の締め" in page) == (True, True)
    shop = settling.town.shop.pk
    too_much = one.post(f"debts/{shop}/write-off/", WHY | {"yen": "3001"})
    assert (too_much.status_code, lines(settling)) == (422, {})
    tomorrow = WHY | {"yen": "1000", "received_on": "2026-05-02"}
    assert one.post(f"debts/{shop}/collect/", tomorrow).status_code == 422
    form = {"yen": "1000", "received_on": "2026-04-30"}
    assert propose(one, f"debts/{shop}/collect/", **form).status_code == 303
    adjustment = Adjustment.objects.of(settling.town.issuer).get()
    assert (adjustment.kind, adjustment.received_on) == ("collected", date(2026, 4, 30))
    assert other.post(f"adjustments/{adjustment.pk}/approve/", WHY).status_code == 303
    settling.at("2026-06-01 00:01:00")
    settling.close()
    assert settling.last().carry == -2_000


def test_a_request_is_paid_as_it_was_shown_or_not_at_all(settling: Settling) -> None:
    town = settling.town
    rules = SettlementRules.objects.of(town.issuer)
    rules.update(on_demand=True, on_demand_minimum=1_000)
    settling.at("2026-03-05 12:00:00")
    settling.pay(7_000)
    settling.at("2026-03-06 12:00:00")
    manager = hire(town.shop, role=Role.MANAGER)
    assert on_demand.ask(deed_of(manager), manager, town.shop) == "asked"
    request = PayoutRequest.objects.of(town.issuer).get()
    one = desk(settling)
    assert "随時払いの申請が1件" in words(one.get("settlement/"))
    address = f"payout-requests/{request.pk}/close/"
    assert "7,000円" in words(one.get(address))
    stale = one.post(address, WHY | {"shown": "6999"})
    assert (stale.status_code, "金額が変わりました" in words(stale)) == (422, True)
    assert 'name="shown" value="7000"' in words(stale)
    assert not Closing.objects.of(town.issuer).exists()
    assert one.post(address, WHY | {"shown": "7000"}).status_code == 303
    request.refresh_from_db()
    assert (request.state, request.statement.payout) == ("closed", 7_000)  # type: ignore[union-attr] # closed
    assert one.post(address, WHY | {"shown": "7000"}).status_code == 422
    declined = one.post(f"payout-requests/{request.pk}/decline/", WHY)
    assert (declined.status_code, Closing.objects.of(town.issuer).count()) == (422, 1)


def test_a_dry_run_says_what_a_closing_will(settling: Settling) -> None:
    settling.at("2026-03-05 12:00:00")
    settling.pay(7_000)
    settling.at("2026-03-31 12:00:00")
    settling.pay(2_000, settling.town.large_shop)
    settling.at("2026-03-31 12:00:01")
    one = desk(settling)
    early = words(one.get("settlement/dry-run/"))
    assert ("速報です" in early, "9,000円" in early, "口座なし" in early) == (True, True, True)
    past = words(one.get("settlement/dry-run/?day=2026-03-30"))
    assert ("確定しています" in past, "7,000円" in past, "9,000円" in past) == (True, True, False)
    assert one.get("settlement/dry-run/?day=2026-04-01").status_code == 422
    assert not Closing.objects.of(settling.town.issuer).exists()
    file = one.get("settlement/dry-run/dry-run.xlsx?day=2026-03-31")
    *_rows, total = load_workbook(io.BytesIO(file.content)).worksheets[0].values
    settling.at("2026-04-01 00:00:05")
    (closing,) = settling.close()
    assert (total[3], total[10]) == (closing.payments, closing.payout) == (9_000, 9_000)


def test_the_payments_behind_a_line_are_listed(settling: Settling) -> None:
    settling.at("2026-03-05 12:00:00")
    number = settling.pay(7_000)
    settling.at("2026-04-01 00:00:05")
    settling.close()
    one = desk(settling)
    pk = settling.last().pk
    listed = words(one.get(f"statements/{pk}/entries/?kind=payment"))
    assert (number in listed, "+7,000円" in listed, "2026/03/05" in listed) == (True, True, True)
    assert number not in words(one.get(f"statements/{pk}/entries/?kind=refund"))
    for kind, begins in (("pdf", b"%PDF"), ("xlsx", b"PK"), ("csv", b"\xef\xbb\xbf")):
        assert one.get(f"statements/{pk}/file/?as={kind}").content.startswith(begins)
    assert one.get(f"statements/{pk}/file/?as=exe").status_code == 404


def test_a_late_file_is_told_loudly(settling: Settling) -> None:
    town = settling.town
    settling.at("2026-03-05 12:00:00")
    settling.pay(7_000)
    settling.at("2026-04-01 00:00:05")
    settling.close()
    settling.at("2026-04-28 09:00:00")  # the bank wanted it by the 27th
    assert "data-missed" not in words(desk(settling).get())  # without an account it is told so
    AccountVersion.objects.create(
        issuer=town.issuer,
        shop=town.shop,
        sealed=seal_account(BankAccount("0517", "001", "1", "0000001", "ﾃﾝﾉｳｽﾞ")),
        entered_by="staff:1",
        entered_at=clock.now(),
        state=AccountState.APPROVED,
        decided_by="staff:2",
        decided_at=clock.now(),
    )
    page = words(desk(settling).get())
    assert ("data-missed" in page, "1日過ぎています" in page) == (True, True)
    assert "data-missed" in words(desk(settling).get("settlement/"))


def test_the_same_proposal_at_once_is_one(settling: Settling) -> None:
    """Taps at once: were the lock not held before the look, all but one broke on the key."""
    by = settling.clerk("経理 花子")
    wanted = adjustments.Proposal(adjustments.AdjustmentKind.GOODWILL, settling.town.shop, 500)
    today = in_japan(clock.now()).date()

    def tap(_place: int) -> int:
        made = adjustments.propose(deed_of(by), by, wanted, key="twice", today=today)
        assert made.adjustment is not None
        return made.adjustment.pk

    assert len(set(race(tap))) == 1
    assert lines(settling) == {"S0001": 500}
