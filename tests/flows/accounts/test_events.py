"""Events of accounts: added, and never touched again."""

import psycopg
import pytest
from django.db import IntegrityError, transaction

from hansatsu.parties.identity.events import record
from hansatsu.parties.identity.models import Event
from tests.town import make_town


def test_an_event_is_kept_with_its_circumstances() -> None:
    town = make_town()
    record(town.issuer, "tried", resident=town.resident, request_address="192.0.2.1", count=3)
    event = Event.objects.of(town.issuer).get()
    assert (event.kind, event.resident, event.address) == ("tried", town.resident, "192.0.2.1")
    assert event.detail == {"count": 3}


@pytest.mark.parametrize(
    "touch", ["UPDATE identity_event SET kind = 'x'", "DELETE FROM identity_event"]
)
def test_the_application_cannot_touch_events(
    app_connection: psycopg.Connection, touch: str
) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        app_connection.execute(touch)


def test_an_event_is_of_one_issuer() -> None:
    town, other = make_town(), make_town()
    with pytest.raises(IntegrityError), transaction.atomic():
        record(other.issuer, "tried", resident=town.resident)
