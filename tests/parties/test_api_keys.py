"""Keys of the API: shown once, kept as a keyed digest, of one terminal, revocable."""

import pytest
from django.db import IntegrityError, transaction
from django.test import override_settings

from hansatsu.parties.shops.api_keys import (
    digests_of,
    find_api_key,
    is_like_a_key,
    list_api_keys,
    make_api_key,
    register_api_key,
    revoke_api_key,
)
from hansatsu.parties.shops.models import ApiKey
from tests.town import Town, make_town


def test_a_new_key_may_pay_and_take_back_todays_payments(town: Town) -> None:
    terminal = town.terminal()
    key, row = make_api_key(terminal)
    assert is_like_a_key(key)
    assert row.scopes == ["pay", "refund_today"]
    assert (row.issuer_id, row.terminal_id, row.revoked_at) == (town.issuer.pk, terminal.pk, None)
    assert list_api_keys(town.shop) == [row]


def test_the_key_itself_is_nowhere_in_the_database(town: Town) -> None:
    key, row = make_api_key(town.terminal(), ["webhooks", "pay"])
    kept = ApiKey.objects.filter(pk=row.pk).values().get()
    assert key.startswith(kept["prefix"])
    assert len(kept["prefix"]) == 11
    assert key[11:] not in str(kept)
    assert kept["digest"] == digests_of(key)[0]
    assert kept["scopes"] == ["pay", "webhooks"]


def test_a_key_is_known_under_older_field_keys(town: Town) -> None:
    key, row = make_api_key(town.terminal())
    before = digests_of(key)
    with override_settings(FIELD_KEYS=["n" * 32, *_field_keys()]):
        assert digests_of(key)[1:] == before
        assert row.digest in digests_of(key)


def test_a_revoked_key_stays_revoked_at_its_first_time(town: Town) -> None:
    _, row = make_api_key(town.terminal())
    revoke_api_key(row)
    row.refresh_from_db()
    first = row.revoked_at
    assert first is not None
    revoke_api_key(row)
    row.refresh_from_db()
    assert row.revoked_at == first


def test_a_key_is_found_by_its_own_shop_only(town: Town) -> None:
    _, row = make_api_key(town.terminal())
    assert find_api_key(town.shop, row.pk) == row
    assert find_api_key(town.large_shop, row.pk) is None
    assert find_api_key(make_town().shop, row.pk) is None
    assert list_api_keys(town.large_shop) == []


@pytest.mark.parametrize("scopes", [[], ["pay", "everything"]])
def test_scopes_are_those_that_exist(town: Town, scopes: list[str]) -> None:
    with pytest.raises(ValueError, match="scope"):
        make_api_key(town.terminal(), scopes)
    assert list_api_keys(town.shop) == []


@pytest.mark.parametrize("key", ["", "hk_short", "hk_" + "é" * 40, "pk_" + "a" * 40])
def test_only_what_looks_like_a_key_can_be_one(town: Town, key: str) -> None:
    with pytest.raises(ValueError, match="hk_"):
        register_api_key(town.terminal(), key)
    assert list_api_keys(town.shop) == []


def test_the_database_refuses_unknown_scopes_and_another_issuers_terminal(town: Town) -> None:
    _, row = make_api_key(town.terminal())
    with pytest.raises(IntegrityError), transaction.atomic():
        ApiKey.objects.filter(pk=row.pk).update(scopes=["everything"])
    with pytest.raises(IntegrityError), transaction.atomic():
        ApiKey.objects.filter(pk=row.pk).update(issuer=make_town().issuer)


def _field_keys() -> list[str]:
    from django.conf import settings

    return list(settings.FIELD_KEYS)
