"""HMAC-SHA-256 with the key's part done once: the standard's vectors, and Python's own."""

import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hansatsu.formats.qr.keyed import Keyed


@pytest.mark.parametrize(
    ("key", "message", "digest"),
    [
        (
            b"\x0b" * 20,
            b"Hi There",
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
        ),
        (
            b"Jefe",
            b"what do ya want for nothing?",
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
        ),
        (
            b"\xaa" * 131,
            b"Test Using Larger Than Block-Size Key - Hash Key First",
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
        ),
    ],
)
def test_rfc_4231(key: bytes, message: bytes, digest: str) -> None:
    assert Keyed(key).digest(message).hex() == digest


@given(st.binary(max_size=140), st.lists(st.binary(max_size=80), min_size=2, max_size=3))
def test_one_key_serves_many_messages(key: bytes, messages: list[bytes]) -> None:
    keyed = Keyed(key)
    assert [keyed.digest(each) for each in messages] == [
        hmac.digest(key, each, "sha256") for each in messages
    ]
