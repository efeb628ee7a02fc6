"""What the database holds of what is proposed and decided, whoever writes."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.db.models import Model

from hansatsu.flows.settlement import holds
from hansatsu.flows.settlement.models import (
    Adjustment,
    AdjustmentLine,
    Hold,
    PayoutRequest,
    RequestState,
)
from hansatsu.parties import clock
from hansatsu.parties.identity.models import Staff
from tests.support.settling import Settling, adjusted, begin, deed_of


def refuses(row: Model, **changes: Any) -> None:
    """The database does, and the row stays as it was."""
    rows = type(row)._default_manager.filter(pk=row.pk)
    before = rows.values().get()
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.update(**changes)
    assert rows.values().get() == before


@pytest.fixture
def third(settling: Settling) -> Staff:
    return settling.clerk("経理 三")


@pytest.fixture
def stranger(settling: Settling) -> Staff:
    return begin(settling.clock).clerk("よその経理")


def asked_for(settling: Settling, by: Staff) -> PayoutRequest:
    town = settling.town
    return PayoutRequest.objects.create(
        issuer=town.issuer, shop=town.shop, asked_by=by, asked_at=clock.now()
    )


def test_what_was_decided_of_an_adjustment_stays(settling: Settling, third: Staff) -> None:
    adjustment = adjusted(settling, settling.town.shop, 250)
    refuses(adjustment, state="declined")
    refuses(adjustment, proposed_by=third)
    refuses(adjustment, decided_by=third)


def test_a_line_is_taken_by_one_statement(settling: Settling) -> None:
    adjustment = adjusted(settling, settling.town.shop, 250)
    settling.at("2026-04-01 00:00:05")
    settling.close()
    line = AdjustmentLine.objects.get(adjustment=adjustment)
    assert line.statement == settling.last()
    refuses(line, statement=None)
    refuses(line, statement=settling.last(settling.town.large_shop))


def test_what_was_decided_of_a_hold_stays(
    settling: Settling, third: Staff, stranger: Staff
) -> None:
    one, shop = settling.clerk("経理 一"), settling.town.shop
    hold = holds.propose(deed_of(one), one, shop, until_day=None)
    assert hold is not None
    refuses(hold, proposed_by=third)
    decided = {"state": "approved", "decided_at": clock.now()}
    refuses(hold, decided_by=stranger, **decided)
    assert holds.approve(deed_of(third), third, hold) == ""
    refuses(hold, state="proposed", decided_by=None, decided_at=None)
    assert holds.release(deed_of(one), one, hold) == "released"
    refuses(hold, released_at=None)
    assert Hold.objects.get(pk=hold.pk).released_by == one


def test_what_was_decided_of_a_request_stays(
    settling: Settling, third: Staff, stranger: Staff
) -> None:
    asked = asked_for(settling, third)
    decided = {"state": RequestState.DECLINED, "decided_at": clock.now()}
    refuses(asked, decided_by=stranger, **decided)
    PayoutRequest.objects.filter(pk=asked.pk).update(decided_by=third, **decided)
    refuses(asked, state=RequestState.ASKED, decided_by=None, decided_at=None)
    refuses(asked, shop=settling.town.large_shop)


def test_only_staff_of_the_issuer_propose(settling: Settling, stranger: Staff) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        asked_for(settling, stranger)
    adjustment = adjusted(settling, settling.town.shop, 250)
    copied = Adjustment.objects.filter(pk=adjustment.pk).values().get()
    stolen = copied | {"id": None, "proposed_by_id": stranger.pk, "key": "other"}
    with pytest.raises(IntegrityError, match="same_issuer"), transaction.atomic():
        Adjustment.objects.create(**stolen)
