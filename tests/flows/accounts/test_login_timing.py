"""A wrong password of a known ID and any of an unknown one take the same time."""

import time
from statistics import median

import pytest

from hansatsu.parties.identity.residents import check_resident
from tests.town import PASSWORD, make_town

pytestmark = pytest.mark.alone

TRIES = 5
TOLERANCE = 1.5


def test_an_unknown_id_takes_as_long_as_a_known_one() -> None:
    town = make_town()
    known = f"known{town.issuer.pk}"
    # with a password hashed as in the field: the town's own are hashed quickly
    resident = town.add_resident(known)
    resident.set_password(PASSWORD)
    resident.save()
    took: dict[str, list[float]] = {known: [], "nobody": []}
    for number in range(TRIES):
        for login_id, times in took.items():
            begun = time.perf_counter()
            check_resident(
                town.issuer,
                login_id=login_id,
                password="wrong",
                address=f"{number}-{login_id} of {town.issuer.code}",
            )
            times.append(time.perf_counter() - begun)
    ratio = median(took[known]) / median(took["nobody"])
    assert 1 / TOLERANCE < ratio < TOLERANCE
