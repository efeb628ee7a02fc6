"""Tag-length-value text: round trips, and every malformed text is refused in words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hansatsu.formats.qr.tlv import LONGEST, Field, MalformedCodeError, decode, encode

TAGS = st.integers(0, 99).map(lambda tag: f"{tag:02d}")
VALUES = st.text(min_size=1, max_size=LONGEST)
FIELDS = st.lists(st.builds(Field, TAGS, VALUES), max_size=8)


@given(FIELDS)
def test_what_is_written_is_read_back(fields: list[Field]) -> None:
    assert decode(encode(fields)) == fields


@given(st.text(max_size=300))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        fields = decode(text)
    except MalformedCodeError:
        return
    assert encode(fields) == text


def test_the_length_counts_characters_not_bytes() -> None:
    assert encode([Field("59", "天王洲飯店")]) == "5905天王洲飯店"


@pytest.mark.parametrize(
    "text", ["0", "00", "000", "0002", "00020", "0000", "xx02ab", "00-1a", "０００１a", "0003ab"]
)
def test_a_cut_off_text_is_refused(text: str) -> None:
    with pytest.raises(MalformedCodeError):
        decode(text)


@pytest.mark.parametrize("field", [Field("5", "a"), Field("59", ""), Field("59", "a" * 100)])
def test_what_cannot_be_read_back_is_not_written(field: Field) -> None:
    with pytest.raises(MalformedCodeError):
        encode([field])
