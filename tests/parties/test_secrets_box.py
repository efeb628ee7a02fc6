"""Secrets at rest: read again with the keys of then and now, and with no others."""

import pytest
from django.conf import settings
from django.test import override_settings

from hansatsu.parties.seals.secrets_box import ClosedBoxError, seal, unseal

NEWER = "n" * 44


def test_what_is_sealed_is_read_again_and_not_to_be_seen() -> None:
    sealed = seal("whsec_秘密")
    assert unseal(sealed) == "whsec_秘密"
    assert "whsec" not in sealed
    assert sealed.isascii()
    assert seal("whsec_秘密") != sealed


def test_an_older_key_still_opens_until_it_is_taken_out() -> None:
    sealed = seal("secret")
    with override_settings(FIELD_KEYS=[NEWER, *settings.FIELD_KEYS]):
        assert unseal(sealed) == "secret"
        anew = seal(unseal(sealed))
    with override_settings(FIELD_KEYS=[NEWER]):
        assert unseal(anew) == "secret"
        with pytest.raises(ClosedBoxError):
            unseal(sealed)


def test_what_was_changed_is_not_opened() -> None:
    sealed = seal("secret")
    changed = sealed[:-6] + ("A" if sealed[-6] != "A" else "B") + sealed[-5:]
    with pytest.raises(ClosedBoxError):
        unseal(changed)
