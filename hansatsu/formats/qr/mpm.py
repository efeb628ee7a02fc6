"""EMVCo merchant-presented codes: reading those that lead to our shops, and writing them.

An issuer's shops stand in a merchant account template (tags 26 to 51) under the issuer's own
identifier. The national identifier is never written: that needs enrolment.
"""

from dataclasses import dataclass
from uuid import NAMESPACE_URL, uuid5

from hansatsu.formats.qr.crc import crc16
from hansatsu.formats.qr.tlv import Field, MalformedCodeError, decode, encode

VERSION = Field("00", "01")
STATIC, DYNAMIC = "11", "12"
JAPAN, YEN = "JP", "392"
TEMPLATES = {f"{tag:02d}" for tag in range(26, 52)}
CHECKSUM_HEAD = "6304"
LARGEST_AMOUNT_DIGITS = 9
NAME_LENGTH, CITY_LENGTH = 25, 15


@dataclass(frozen=True, slots=True)
class ShopCode:
    """A shop, and the amount in yen when the code is made for one payment."""

    shop: str
    amount: int | None = None


def account_identifier(wallet_url: str) -> str:
    """The issuer's own globally unique identifier, from its wallet's address: 32 hex digits."""
    return uuid5(NAMESPACE_URL, wallet_url).hex


def looks_like_mpm(text: str) -> bool:
    """True when ``text`` starts as every EMVCo code does."""
    return text.startswith(encode([VERSION]))


def parse(payload: str) -> list[Field]:
    """The fields of a whole code, its checksum proved.

    Raises:
        MalformedCodeError: when version, order, form or checksum are wrong.
    """
    body, checksum = payload[:-4], payload[-4:]
    if not looks_like_mpm(payload) or not body.endswith(CHECKSUM_HEAD):
        raise MalformedCodeError("no version at the start or no checksum at the end")
    if checksum != _checksum(body):
        raise MalformedCodeError("the checksum does not fit")
    return decode(payload)


def seal(fields: list[Field]) -> str:
    """The fields as a whole code, with its checksum."""
    body = encode(fields) + CHECKSUM_HEAD
    return body + _checksum(body)


def write_shop_code(
    code: ShopCode, *, account: str, name: str, city: str, merchant_category: str = "5999"
) -> str:
    """A code for a shop's poster or, with an amount, for one payment.

    Args:
        code: the shop and the amount.
        account: the issuer's identifier (``account_identifier``).
        name: Latin name of the shop; cut to 25 characters.
        city: Latin name of the town; cut to 15 characters.
        merchant_category: ISO 18245, four digits.
    """
    amount = [] if code.amount is None else [Field("54", str(code.amount))]
    return seal(
        [
            VERSION,
            Field("01", STATIC if code.amount is None else DYNAMIC),
            Field("26", encode([Field("00", account), Field("01", code.shop)])),
            Field("52", merchant_category),
            Field("53", YEN),
            *amount,
            Field("58", JAPAN),
            Field("59", name[:NAME_LENGTH]),
            Field("60", city[:CITY_LENGTH]),
            Field("62", encode([Field("03", code.shop)])),
        ]
    )


def read_shop_code(payload: str, *, account: str) -> ShopCode | None:
    """The shop that a code leads to, or None when it is of another scheme or currency.

    Raises:
        MalformedCodeError: when it is no whole EMVCo code.
    """
    fields = parse(payload)
    values = {field.tag: field.value for field in fields}
    templates = (field for field in fields if field.tag in TEMPLATES)
    shop = next(filter(None, (_shop_of(template, account) for template in templates)), None)
    if shop is None or values.get("53", YEN) != YEN:
        return None
    return ShopCode(shop, _amount(values.get("54")))


def _shop_of(template: Field, account: str) -> str | None:
    try:
        values = {field.tag: field.value for field in decode(template.value)}
    except MalformedCodeError:
        return None  # another scheme's template may have a form of its own
    return values.get("01") if values.get("00") == account else None


def _amount(text: str | None) -> int | None:
    if text is None or not (text.isascii() and text.isdecimal()):
        return None
    return int(text) if len(text) <= LARGEST_AMOUNT_DIGITS else None


def _checksum(body: str) -> str:
    return f"{crc16(body.encode(errors='surrogatepass')):04X}"
