"""A passkey is of one person, a resident or a member of staff, of its own issuer: the database
holds to it."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from hansatsu.parties.identity.models import Passkey
from hansatsu.parties.identity.passkeys import user_handle
from tests.support.clerks import employ
from tests.support.passkeys import Key
from tests.town import Town, make_town


@pytest.fixture(scope="module")
def town() -> Town:
    return make_town()


def refused(passkey: Passkey, **change: Any) -> None:
    before = Passkey.objects.filter(pk=passkey.pk).values().get()
    with pytest.raises(IntegrityError), transaction.atomic():
        Passkey.objects.filter(pk=passkey.pk).update(**change)
    assert Passkey.objects.filter(pk=passkey.pk).values().get() == before


def test_it_is_of_one_person(town: Town) -> None:
    staff = employ(town.issuer)
    of_staff, of_resident = Key().belongs_to(staff), Key().belongs_to(town.resident)
    refused(of_staff, resident=town.resident)
    refused(of_staff, staff=None)
    refused(of_resident, staff=staff)
    refused(of_resident, resident=None)


def test_it_is_of_its_own_issuer(town: Town) -> None:
    other = make_town()
    refused(Key().belongs_to(employ(town.issuer)), staff=employ(other.issuer))
    refused(Key().belongs_to(town.resident), resident=other.resident)
    refused(Key().belongs_to(employ(town.issuer)), issuer=other.issuer)


def test_a_resident_and_a_clerk_of_one_number_are_told_apart(town: Town) -> None:
    staff = employ(town.issuer)
    staff.pk = town.resident.pk
    assert user_handle(staff) != user_handle(town.resident)
