"""Issuers: what makes one, and what refuses to."""

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from hansatsu.flows.accounts.terms import current_terms
from hansatsu.ledger import api as ledger
from hansatsu.parties.issuers.models import Issuer
from hansatsu.parties.issuers.selectors import find_issuer
from hansatsu.parties.issuers.services import open_issuer
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


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("office_phone", "abc", "市外局番"),
        ("office_phone", "0285", "市外局番"),
        ("office_phone", "285-22-9999", "市外局番"),
        ("office_phone", "+0285-22-9999", "市外局番"),
        ("office_phone", "0285-22-999", "市外局番"),
        ("office_phone", "0285-22-9999-", "市外局番"),
        ("domain", "ほげ ほげ", "「@」より後ろ"),
        ("domain", "https://oyama.example.jp", "「@」より後ろ"),
        ("seal", "小山市", "1文字か2文字"),
        ("seal", " ", ""),
        ("mail_from", "oyama", ""),
        ("mail_from", "no-reply@elsewhere.example", "oyama.example.jp"),
        ("name_en", "小山", "半角"),
    ],
)
def test_what_is_no_telephone_domain_or_seal_is_refused_in_words(
    field: str, value: str, said: str
) -> None:
    new = new_issuer(**{field: value})
    with translation.override("ja"), pytest.raises(ValidationError) as refused:
        open_issuer(new)
    assert list(refused.value.message_dict) == [field]
    assert said in " ".join(refused.value.message_dict[field])
    assert not Issuer.objects.filter(code=new.code).exists()


@pytest.mark.parametrize("phone", ["0285-22-9999", "0120-000-000", "+81-285-22-9999", "0285229999"])
def test_telephone_numbers_that_offices_have_are_taken(phone: str) -> None:
    assert open_issuer(new_issuer(office_phone=phone)).office_phone == phone


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


def test_japanese_is_shown_where_english_is_missing() -> None:
    issuer = open_issuer(new_issuer(name_en=""))
    with translation.override("en"):
        assert issuer.local_name == "小山市共通商品券"
    assert "小山市共通商品券" in current_terms(issuer).text_en
