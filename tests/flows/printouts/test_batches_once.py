"""An order that is sent twice makes its codes and cards once."""

from typing import Any

import pytest

from hansatsu.flows.payments.poster_intents import new_key
from hansatsu.flows.printouts import batches as bulk
from hansatsu.flows.printouts.models import Making, PrintKind
from hansatsu.parties.cards.models import Card
from hansatsu.parties.gifts.expiry import Expiry
from hansatsu.parties.gifts.models import GiftBatch, GiftCode
from hansatsu.parties.gifts.services import NewGifts
from hansatsu.parties.identity.models import Role
from hansatsu.parties.issuers.audit import CONSOLE, Actor
from hansatsu.parties.issuers.models import AuditEntry
from tests.support.clerks import Desk, employ
from tests.support.clients import words
from tests.support.racing import race
from tests.town import Town


def cards(town: Town) -> bulk.Order:
    held = bulk.card_settings({town.all_shops: 5000}, None)
    return bulk.Order(PrintKind.CARDS, "敬老", held, 2, ["xlsx"])


def gifts(town: Town) -> bulk.Order:
    new = NewGifts("返礼", [(town.all_shops, 3000)], Expiry())
    return bulk.Order(PrintKind.GIFTS, "返礼", {}, 2, ["xlsx"], gifts=new)


def clerk(town: Town) -> Actor:
    staff = employ(town.issuer, Role.OPERATOR)
    return Actor(town.issuer, staff.actor, staff.display_name, CONSOLE)


def made(town: Town) -> tuple[int, ...]:
    """Cards, gift codes, their batches, and orders on record."""
    for making in Making.objects.of(town.issuer):
        bulk.make_all(making.pk)
    everything: list[Any] = [Card, GiftCode, GiftBatch]
    counts = [each.objects.of(town.issuer).count() for each in everything]
    ordered = AuditEntry.objects.of(town.issuer).filter(act__endswith="_ordered")
    return (*counts, ordered.count())


@pytest.mark.parametrize(("wanted", "once"), [(cards, (2, 0, 0, 1)), (gifts, (0, 2, 1, 1))])
def test_one_form_sent_by_many_at_once_is_one_making(
    town: Town, wanted: Any, once: tuple[int, ...]
) -> None:
    by, key = clerk(town), new_key()
    order = wanted(town)
    makings = race(lambda _place: bulk.order(by, order, reason="敬老の日", key=key).pk)
    assert len(set(makings)) == 1
    assert made(town) == once


def test_a_key_is_of_one_clerk_and_one_form(town: Town) -> None:
    by, key = clerk(town), new_key()
    first = bulk.order(by, cards(town), reason="x", key=key)
    assert bulk.order(by, cards(town), reason="x", key=key) == first
    assert bulk.order(by, cards(town), reason="x", key=new_key()) != first
    assert bulk.order(clerk(town), cards(town), reason="x", key=key) != first
    assert made(town) == (6, 0, 0, 3)


@pytest.mark.parametrize("page", ["cards", "gifts"])
def test_a_button_pressed_twice_leads_to_the_same_making(town: Town, page: str) -> None:
    desk = Desk(town.issuer)
    shown = words(desk.get(f"makings/{page}/"))
    key = shown.split('name="key" value="')[1].split('"')[0]
    form = {
        "name": "敬老",
        f"part_{town.all_shops.pk}": "5000",
        "rule": "never",
        "count": "2",
        "forms": ["xlsx"],
        "reason": "敬老の日",
        "key": key,
    }
    first, second = (desk.post(f"makings/{page}/", form | {"step": "do"}) for _ in range(2))
    assert (first.status_code, second.status_code) == (303, 303)
    assert first["Location"] == second["Location"]
    assert made(town) == {"cards": (2, 0, 0, 1), "gifts": (0, 2, 1, 1)}[page]
