"""Issuers: what makes one, and what refuses to."""

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from hansatsu.issuers.models import Issuer
from hansatsu.issuers.selectors import find_issuer
from hansatsu.issuers.services import open_issuer
from hansatsu.ledger import api as ledger
from tests.town import make_town, new_issuer


def test_an_issuer_is_found_by_the_code_of_its_urls() -> None:
    issuer = open_issuer(new_issuer())
    assert find_issuer(issuer.code) == issuer


@pytest.mark.parametrize("code", ["", "NOBODY", "T\0", "../x"])
def test_an_unknown_code_is_nobodys(code: str) -> None:
    assert find_issuer(code) is None


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("code", "oem202303"),
        ("code", "A/B1"),
        ("payment_prefix", "SHORT"),
        ("mode", "wild"),
        ("colour_primary", "red"),
    ],
)
def test_a_malformed_issuer_is_refused_and_nothing_is_made(field: str, value: str) -> None:
    new = new_issuer(**{field: value})
    with pytest.raises(ValidationError):
        open_issuer(new)
    assert not Issuer.objects.filter(code=new.code).exists()


def test_a_taken_code_is_refused() -> None:
    issuer = open_issuer(new_issuer())
    with pytest.raises(ValidationError):
        open_issuer(new_issuer(code=issuer.code))


def test_its_limits_hold_in_the_ledger() -> None:
    town = make_town(limits=ledger.Limits(per_payment=500))
    town.charge(town.resident, town.all_shops, 1000)
    assert town.pay(town.resident, town.shop, 501).outcome == "over_limit"
    assert town.pay(town.resident, town.shop, 500).paid


def test_names_follow_the_readers_language() -> None:
    issuer = open_issuer(new_issuer())
    with translation.override("ja"):
        assert issuer.local_name == "小山市共通商品券"
    with translation.override("en"):
        assert issuer.local_name == "Oyama Vouchers"
