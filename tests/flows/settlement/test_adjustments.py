"""調整, 支払保留 and 未収: two people, never more than there is, and no entry of the ledger."""

from datetime import date
from typing import Any

import pytest

from hansatsu.database.connections import ledger_connection
from hansatsu.flows.settlement import adjustments, debts, holds
from hansatsu.flows.settlement.adjustments import Proposal
from hansatsu.flows.settlement.models import Adjustment, AdjustmentKind, AdjustmentLine, Hold
from hansatsu.parties.identity.models import Staff
from hansatsu.parties.issuers.models import AuditEntry
from tests.support.settling import Settling, adjusted, deed_of

WRONG = AdjustmentKind.WRONG_SHOP


@pytest.fixture
def one(settling: Settling) -> Staff:
    return settling.clerk("経理 一")


@pytest.fixture
def other(settling: Settling) -> Staff:
    return settling.clerk("経理 二")


def propose(by: Staff, proposal: Proposal, key: str = "k", **more: Any) -> adjustments.Proposed:
    today = more.get("today", date(2026, 3, 20))
    return adjustments.propose(deed_of(by), by, proposal, key=key, today=today)


def entries(settling: Settling) -> int:
    ((count,),) = ledger_connection().execute(
        "select count(*) from ledger.entry where issuer_id = %s", [settling.town.issuer.pk]
    )
    return int(count)


def test_a_payment_at_the_wrong_shop_goes_to_the_other(
    settling: Settling, one: Staff, other: Staff
) -> None:
    town = settling.town
    settling.at("2026-03-05 12:00:00")
    number = settling.pay(2_000)
    before = entries(settling)
    wanted = Proposal(WRONG, town.shop, 2_000, other=town.large_shop, payment_number=number)
    made = propose(one, wanted).adjustment
    assert made is not None
    assert adjustments.approve(deed_of(other), other, made) == ""
    assert entries(settling) == before
    settling.at("2026-04-01 00:00:05")
    settling.close()
    assert (settling.last().adjustments, settling.last().payout) == (-2_000, 0)
    assert settling.last(town.large_shop).payout == 2_000
    settling.at("2026-05-01 00:00:05")
    settling.close()  # it is taken once
    assert settling.last(town.large_shop).adjustments == 0


def test_what_is_only_proposed_changes_nothing(settling: Settling, one: Staff) -> None:
    propose(one, Proposal(AdjustmentKind.GOODWILL, settling.town.shop, 700))
    settling.at("2026-04-01 00:00:05")
    settling.close()
    assert settling.last().adjustments == 0


def test_nobody_approves_their_own(settling: Settling, one: Staff, other: Staff) -> None:
    made = propose(one, Proposal(AdjustmentKind.GOODWILL, settling.town.shop, 700)).adjustment
    assert made is not None
    assert adjustments.approve(deed_of(one), one, made) == "oneself"
    assert Adjustment.objects.get(pk=made.pk).state == "proposed"
    assert adjustments.decline(deed_of(other), other, made) == ""
    assert adjustments.approve(deed_of(other), other, made) == "decided"


def test_one_form_proposes_once(settling: Settling, one: Staff) -> None:
    wanted = Proposal(AdjustmentKind.GOODWILL, settling.town.shop, 700)
    assert propose(one, wanted) == propose(one, wanted)
    assert Adjustment.objects.of(settling.town.issuer).count() == 1


def test_refusals_propose_nothing(settling: Settling, one: Staff) -> None:
    town = settling.town
    settling.at("2026-03-05 12:00:00")
    number = settling.pay(2_000)
    moved = {"other": town.large_shop, "payment_number": number}
    cases: list[tuple[Proposal, str]] = [
        (Proposal(AdjustmentKind.GOODWILL, town.shop, 0), "amount"),
        (Proposal(AdjustmentKind.GOODWILL, town.shop, adjustments.LARGEST + 1), "amount"),
        (Proposal(WRONG, town.shop, 2_001, **moved), "too_much"),  # type: ignore[arg-type]
        (Proposal(WRONG, town.shop, -1, **moved), "amount"),  # type: ignore[arg-type]
        (Proposal(WRONG, town.shop, 10, other=town.shop, payment_number=number), "same_shop"),
        (Proposal(WRONG, town.large_shop, 10, other=town.shop, payment_number=number),
         "other_shop"),
        (Proposal(WRONG, town.shop, 10, other=town.large_shop, payment_number="X"),
         "unknown_payment"),
        (Proposal(AdjustmentKind.GOODWILL, town.large_shop, 10, payment_number=number),
         "other_shop"),
        (Proposal(AdjustmentKind.WRITTEN_OFF, town.shop, 10), "too_much"),
        (Proposal(AdjustmentKind.COLLECTED, town.shop, 10, received_on=date(2026, 3, 21)),
         "not_come"),
    ]  # fmt: skip
    for number_of, (wanted, refusal) in enumerate(cases):
        assert propose(one, wanted, key=str(number_of)).refusal == refusal, wanted
    assert not Adjustment.objects.of(town.issuer).exists()
    assert not AdjustmentLine.objects.of(town.issuer).exists()
    assert not AuditEntry.objects.of(town.issuer).filter(act="adjustment_proposed").exists()


def test_what_was_refunded_meanwhile_is_not_moved(
    settling: Settling, one: Staff, other: Staff
) -> None:
    town = settling.town
    settling.at("2026-03-05 12:00:00")
    number = settling.pay(2_000)
    wanted = Proposal(WRONG, town.shop, 2_000, other=town.large_shop, payment_number=number)
    made = propose(one, wanted).adjustment
    assert made is not None
    town.refund(number, 1)
    assert adjustments.approve(deed_of(other), other, made) == "too_much"
    assert Adjustment.objects.get(pk=made.pk).state == "proposed"


def test_what_nobody_decided_in_time_holds_nothing_back(settling: Settling, one: Staff) -> None:
    town = settling.town
    settling.at("2026-03-05 12:00:00")
    number = settling.pay(2_000)
    wanted = Proposal(WRONG, town.shop, 2_000, other=town.large_shop, payment_number=number)
    assert propose(one, wanted, key="1").adjustment is not None
    assert propose(one, wanted, key="2").refusal == "too_much"
    settling.at("2026-03-12 12:00:00")
    assert propose(one, wanted, key="3").adjustment is not None


def owing(settling: Settling) -> None:
    """The shop owes 1,000 after April."""
    settling.at("2026-03-05 12:00:00")
    number = settling.pay(3_000)
    settling.at("2026-04-01 00:00:05")
    settling.close()
    settling.at("2026-04-05 12:00:00")
    settling.town.refund(number, 1_000)
    settling.at("2026-05-01 00:00:05")
    settling.close()


def test_a_debt_is_collected_or_written_off_and_never_more(
    settling: Settling, one: Staff, other: Staff
) -> None:
    owing(settling)
    town = settling.town
    (debt,) = debts.debts_of(town.issuer)
    assert (debt.shop, debt.yen, debt.since.closing.number) == (town.shop, 1_000, 2)
    today = date(2026, 5, 2)
    paid = Proposal(AdjustmentKind.COLLECTED, town.shop, 600, received_on=today)
    first = propose(one, paid, key="1", today=today).adjustment
    assert first is not None
    rest = Proposal(AdjustmentKind.WRITTEN_OFF, town.shop, 401)
    assert propose(one, rest, key="2", today=today).refusal == "too_much"
    second = propose(
        one, Proposal(AdjustmentKind.WRITTEN_OFF, town.shop, 400), key="3", today=today
    ).adjustment
    assert second is not None
    for each in (first, second):
        assert adjustments.approve(deed_of(other), other, each) == ""
    settling.at("2026-06-01 00:00:05")
    settling.close()
    assert (settling.last().opening, settling.last().carry) == (-1_000, 0)
    assert debts.debts_of(town.issuer) == []


def test_a_hold_is_two_peoples_and_ends(settling: Settling, one: Staff, other: Staff) -> None:
    town = settling.town
    hold = holds.propose(deed_of(one), one, town.shop, until_day=date(2026, 3, 10))
    assert hold is not None
    assert not holds.going(town.issuer, date(2026, 3, 2)).exists()
    assert holds.approve(deed_of(one), one, hold) == "oneself"
    assert holds.propose(deed_of(other), other, town.shop, until_day=None) is None
    assert holds.approve(deed_of(other), other, hold) == ""
    assert holds.approve(deed_of(other), other, hold) == "decided"
    assert set(holds.held_shops(town.issuer, date(2026, 3, 9), [town.shop.pk])) == {town.shop.pk}
    assert not holds.going(town.issuer, date(2026, 3, 10)).exists()
    settling.at("2026-03-10 00:00:00")
    again = holds.propose(deed_of(one), one, town.shop, until_day=None)
    assert again is not None
    assert holds.release(deed_of(one), one, again) == "not_held"
    assert holds.approve(deed_of(other), other, again) == ""
    assert holds.release(deed_of(one), one, again) == "released"
    assert holds.release(deed_of(one), one, again) == "not_held"
    assert not holds.going(town.issuer, date(2026, 3, 11)).exists()
    acts = AuditEntry.objects.of(town.issuer).filter(subject=again.subject).order_by("id")
    assert [each.act for each in acts] == ["hold_proposed", "hold_approved", "hold_released"]
    assert Hold.objects.of(town.issuer).count() == 2


def test_a_held_shop_is_closed_all_the_same(settling: Settling) -> None:
    adjusted(settling, settling.town.shop, 5)
    settling.at("2026-04-01 00:00:05")
    settling.close()
    assert settling.last().payout == 5
