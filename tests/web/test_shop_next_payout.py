"""What a shop is paid next, by a clock that goes on: expected, and asked for before the day."""

from hansatsu.flows.settlement.models import (
    FeeClass,
    PayoutRequest,
    RequestState,
)
from hansatsu.flows.settlement.rules import rules_of
from hansatsu.parties.identity.models import Role
from hansatsu.parties.issuers.models import AuditEntry
from tests.support.clients import words
from tests.support.settling import Settling
from tests.support.tills import Till, hire


def test_before_the_first_closing_the_page_says_when_there_is_one(settling: Settling) -> None:
    settling.at("2026-03-10 10:00:00")
    settling.pay(4_000)
    settling.at("2026-03-10 10:00:01")
    boss = Till(settling.town.shop, hire(settling.town.shop, role=Role.MANAGER))
    said = words(boss.get("statements/"))
    assert "最初の精算書は、2026年3月31日(火)を過ぎると、ここに出ます。" in said
    assert "4,000<" in said
    assert "2026年4月30日(木)にお支払いします" in said
    front = words(boss.get(""))
    assert "4,000<" in front
    assert "2026年3月31日(火)締め・2026年4月30日(木)お支払い" in front
    cashier = Till(settling.town.shop, hire(settling.town.shop))
    assert "次のお支払いまでの売上" in front
    assert "次のお支払いまでの売上" not in words(cashier.get(""))


def test_what_comes_begins_anew_after_a_closing_and_less_what_is_owed(settling: Settling) -> None:
    settling.at("2026-03-10 10:00:00")
    number = settling.pay(10_000)
    settling.at("2026-04-01 00:01:00")
    settling.close()
    settling.at("2026-04-02 10:00:00")
    settling.town.refund(number, 3_000)
    settling.at("2026-05-01 00:01:00")
    settling.close()
    settling.at("2026-05-02 10:00:00")
    settling.pay(5_000)
    settling.at("2026-05-02 10:00:01")
    boss = Till(settling.town.shop, hire(settling.town.shop, role=Role.MANAGER))
    said = words(boss.get("statements/"))
    assert "2,000<" in said
    assert "-3,000<" in said
    assert "2,000<" in words(boss.get(""))
    assert said.index("2026年4月30日(木)締め") < said.index("2026年3月31日(火)締め")
    assert "次回へ繰越" in said


def test_who_may_asks_to_be_paid_early_and_takes_it_back(settling: Settling) -> None:
    town = settling.town
    rules = rules_of(town.issuer)
    rules.on_demand, rules.on_demand_minimum = True, 5_000
    rules.on_demand_fee_class = FeeClass.objects.create(
        issuer=town.issuer, name="随時", basis_points=100
    )
    rules.save()
    settling.at("2026-03-10 10:00:00")
    settling.pay(20_000)
    boss = Till(town.shop, hire(town.shop, role=Role.MANAGER))
    too_soon = boss.get("statements/early/")
    assert "まだ最低額に届いていません" in words(too_soon)
    assert boss.post("statements/early/").status_code == 422
    assert not PayoutRequest.objects.of(town.issuer).exists()
    settling.at("2026-03-11 10:00:00")
    boss = Till(town.shop, boss.staff)
    assert "19,780<" in words(boss.get("statements/early/"))  # less 200 and 10 % of it
    for _ in range(2):
        assert boss.post("statements/early/")["Location"] == "/shop/statements/"
    asked = PayoutRequest.objects.of(town.issuer).get()
    assert (asked.state, asked.asked_by) == (RequestState.ASKED, boss.staff)
    assert "随時払いのお申し込みを受け付けました。" in words(boss.get("statements/"))
    boss.post("statements/early/withdraw/", {"request": str(asked.pk + 1)})
    asked.refresh_from_db()
    assert asked.state == RequestState.ASKED
    boss.post("statements/early/withdraw/", {"request": str(asked.pk)})
    asked.refresh_from_db()
    assert asked.state == RequestState.WITHDRAWN
    acts = AuditEntry.objects.of(town.issuer).order_by("pk").values_list("act", flat=True)
    assert list(acts)[-2:] == ["payout_requested", "payout_request_withdrawn"]
