"""EMVCo merchant-presented codes, against a published example and their own round trip."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hansatsu.formats.qr.crc import crc16
from hansatsu.formats.qr.mpm import (
    ShopCode,
    account_identifier,
    parse,
    read_shop_code,
    seal,
    write_shop_code,
)
from hansatsu.formats.qr.tlv import Field, MalformedCodeError, encode

PUBLISHED = (
    "0002016003xxx01021129300012D156000000000510A93FO3230Q31280012D1560000000103081234567826680019"
    "jp.or.paymentsjapan01130000000000001020400010306000001040600000153033925903xxx64180002JA0108"
    "メルペイ カフェ520441115802JP610710661436304DEE9"
)
"""From mercari/go-emv-code (mpm/jpqr)."""

OURS = account_identifier("https://pay.example.jp/OEM202303/")
THEIRS = account_identifier("https://pay.example.jp/OEM202011/")
SHOPS = st.from_regex(r"[A-Z0-9]{1,16}", fullmatch=True)
AMOUNTS = st.none() | st.integers(1, 999_999_999)
NAMES = st.text(min_size=1, max_size=60)


def test_the_checksum_of_the_standard() -> None:
    assert crc16(b"123456789") == 0x29B1


def test_the_published_code_is_read() -> None:
    values = {field.tag: field.value for field in parse(PUBLISHED)}
    assert values["58"] == "JP"
    assert values["64"] == "0002JA0108メルペイ カフェ"
    assert values["63"] == "DEE9"


def test_the_published_code_is_written_again() -> None:
    assert seal(parse(PUBLISHED)[:-1]) == PUBLISHED


def test_the_published_code_is_not_ours() -> None:
    assert read_shop_code(PUBLISHED, account=OURS) is None


@given(SHOPS, AMOUNTS, NAMES)
def test_our_codes_are_read_back(shop: str, amount: int | None, name: str) -> None:
    code = ShopCode(shop, amount)
    payload = write_shop_code(code, account=OURS, name=name, city="Oyama")
    assert read_shop_code(payload, account=OURS) == code
    assert read_shop_code(payload, account=THEIRS) is None
    assert "jp.or.paymentsjapan" not in payload


@given(st.text(max_size=400))
def test_any_text_is_read_or_refused(text: str) -> None:
    with pytest.raises(MalformedCodeError):
        read_shop_code(text, account=OURS)


@given(st.data())
def test_one_changed_character_is_noticed(data: st.DataObject) -> None:
    payload = write_shop_code(ShopCode("S0001", 500), account=OURS, name="Shop", city="Oyama")
    place = data.draw(st.integers(0, len(payload) - 1))
    other = data.draw(st.characters(codec="ascii", exclude_characters=payload[place]))
    with pytest.raises(MalformedCodeError):
        parse(payload[:place] + other + payload[place + 1 :])


def test_another_currency_is_not_ours() -> None:
    account = encode([Field("00", OURS), Field("01", "S0001")])
    dollars = seal([Field("00", "01"), Field("26", account), Field("53", "840")])
    assert read_shop_code(dollars, account=OURS) is None


def test_an_amount_that_is_no_whole_yen_is_left_to_the_resident() -> None:
    account = encode([Field("00", OURS), Field("01", "S0001")])
    odd = seal([Field("00", "01"), Field("26", account), Field("54", "12.50")])
    assert read_shop_code(odd, account=OURS) == ShopCode("S0001", None)
