"""Codes are made void while the worker still makes them: none of them is left alive."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from hansatsu.flows.payments.poster_intents import new_key
from hansatsu.flows.printouts import batches as bulk
from hansatsu.flows.printouts.models import VOIDED, Making, MakingState, PrintKind
from hansatsu.flows.printouts.voiding import Voided, void_unused
from hansatsu.formats.japan import in_japan
from hansatsu.parties import clock
from hansatsu.parties.gifts.expiry import Expiry
from hansatsu.parties.gifts.models import GiftCode, GiftState
from hansatsu.parties.gifts.services import NewGifts
from hansatsu.parties.identity.models import Role
from hansatsu.parties.issuers.audit import CONSOLE, Actor
from hansatsu.parties.programs.models import CodeState, PurchaseCode
from hansatsu.parties.programs.services import open_sale
from hansatsu.web.console.codes.words import error_words
from tests.support.clerks import employ
from tests.support.racing import race
from tests.town import Town


@pytest.fixture
def clerk(town: Town) -> Actor:
    staff = employ(town.issuer, Role.OPERATOR)
    return Actor(town.issuer, staff.actor, staff.display_name, CONSOLE)


def codes(town: Town, clerk: Actor, count: int) -> Making:
    sale = open_sale(town.issuer, name="秋", name_en="Autumn", opens_at=clock.now())
    day = in_japan(clock.now()).date()
    found = bulk.code_settings(sale, 1, first_day=day, last_day_=day + timedelta(days=9))
    wanted = bulk.Order(PrintKind.WINNERS, "秋", found, count, ["xlsx"])
    return bulk.order(clerk, wanted, reason="抽選", key=new_key())


def gifts(town: Town, clerk: Actor, count: int) -> Making:
    new = NewGifts("返礼", [(town.all_shops, 3000)], Expiry())
    wanted = bulk.Order(PrintKind.GIFTS, "返礼", {}, count, ["xlsx"], gifts=new)
    return bulk.order(clerk, wanted, reason="返礼", key=new_key())


def states(town: Town) -> list[str]:
    purchase = PurchaseCode.objects.of(town.issuer).values_list("state", flat=True)
    return [*purchase, *GiftCode.objects.of(town.issuer).values_list("state", flat=True)]


@pytest.mark.parametrize("kind", [codes, gifts])
def test_what_is_not_made_yet_is_not_made_afterwards(
    town: Town,
    clerk: Actor,
    monkeypatch: pytest.MonkeyPatch,
    kind: Callable[[Town, Actor, int], Making],
) -> None:
    monkeypatch.setattr(bulk, "PART", 2)
    making = kind(town, clerk, 5)
    assert bulk.make_part(making.pk)
    assert void_unused(clerk, making, reason="誤り") == Voided(2)
    bulk.make_all(making.pk)
    assert states(town) == ["void"] * 2
    making.refresh_from_db()
    assert (making.state, making.done, making.error) == (MakingState.FAILED, 2, VOIDED)
    assert "残りは作られません" in error_words(making)


def test_voiding_and_making_at_once_leave_none_alive(
    town: Town, clerk: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "PART", 1)
    making = gifts(town, clerk, 40)
    bulk.make_part(making.pk)

    def act(place: int) -> None:
        if place:
            bulk.make_all(making.pk)
        else:
            void_unused(clerk, making, reason="誤り")

    race(act, 3)
    making.refresh_from_db()
    assert set(states(town)) == {GiftState.VOID}
    assert len(states(town)) == making.done


def test_codes_of_open_orders_are_told_and_void_when_asked_again(town: Town, clerk: Actor) -> None:
    making = codes(town, clerk, 3)
    bulk.make_all(making.pk)
    held = PurchaseCode.objects.of(town.issuer).filter(pk=PurchaseCode.objects.latest("pk").pk)
    held.update(state=CodeState.HELD)
    assert void_unused(clerk, making, reason="誤り") == Voided(2, held=1)
    assert sorted(states(town)) == ["held", "void", "void"]
    held.update(state=CodeState.FREE)
    assert void_unused(clerk, making, reason="誤り") == Voided(1)
    assert states(town) == ["void"] * 3
    making.refresh_from_db()
    assert (making.state, making.error) == (MakingState.FINISHED, VOIDED)
