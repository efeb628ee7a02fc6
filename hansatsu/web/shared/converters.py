"""What may stand in an address. Anything else is not found before it reaches a view."""

from django.urls import register_converter
from django.urls.converters import StringConverter


class IssuerCode(StringConverter):
    """OEM202303."""

    regex = "[A-Z0-9]{4,16}"


class ShopCode(StringConverter):
    """S0001, in either case as people type it."""

    regex = "[A-Za-z0-9]{1,16}"


class PaymentNumber(StringConverter):
    """決済ID of a payment, or of a refund with ``-`` and its time."""

    regex = "[A-Z0-9]{13}[0-9]{20}(?:-[0-9]{17})?"


class OrderNumber(StringConverter):
    """お申し込み番号: twelve digits."""

    regex = "[0-9]{12}"


class Sealed(StringConverter):
    """A signed text (``parties.seals.tokens``)."""

    regex = "[A-Za-z0-9_.:-]{1,1600}"


class Secret(StringConverter):
    """The token of a mailed link (``secrets.token_urlsafe``)."""

    regex = "[A-Za-z0-9_-]{20,64}"


class Digest(StringConverter):
    """A SHA-256 in hex."""

    regex = "[0-9a-f]{64}"


def register() -> None:
    """Make the converters known to ``path()``."""
    for name, converter in {
        "issuer": IssuerCode,
        "shop": ShopCode,
        "number": PaymentNumber,
        "order": OrderNumber,
        "sealed": Sealed,
        "secret": Secret,
        "digest": Digest,
    }.items():
        register_converter(converter, name)
