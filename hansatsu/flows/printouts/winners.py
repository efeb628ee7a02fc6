"""Winners' letters: a page for each purchase code, to a name and an address or to the bearer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from hansatsu.flows.printouts.letterhead import day_in_words, letterhead
from hansatsu.formats.printing.typesetting import typeset
from hansatsu.formats.qr.bearer_code import grouped
from hansatsu.formats.qr.drawing import qr_picture
from hansatsu.parties.issuers.models import Issuer
from hansatsu.parties.issuers.site_pages import site_page


@dataclass(frozen=True, slots=True)
class WinnersLetter:
    """One letter.

    Attributes:
        code: the purchase code.
        product: what may be bought, as 小山市共通商品券.
        units: how many units (口) at most.
        buy_from: the first day for buying.
        buy_until: the last one.
        name: whose it is; empty when any holder may buy.
        postal_code: seven digits, or empty.
        address: the address in its lines, or none.
    """

    code: str
    product: str
    units: int
    buy_from: date
    buy_until: date
    name: str = ""
    postal_code: str = ""
    address: tuple[str, ...] = ()


def winners_letters(issuer: Issuer, letters: Sequence[WinnersLetter]) -> bytes:
    """The letters, in their order. Their QR code is that of the page where one buys; the purchase
    code is typed there."""
    return typeset(
        "winners",
        {
            "issuer": letterhead(issuer),
            "qr": qr_picture(site_page(issuer, "charge/")),
            "letters": [
                {
                    "code": grouped(each.code),
                    "product": each.product,
                    "units": each.units,
                    "from": day_in_words(each.buy_from),
                    "until": day_in_words(each.buy_until),
                    "name": each.name,
                    "postal_code": _postal_code(each.postal_code),
                    "address": list(each.address),
                }
                for each in letters
            ],
        },
    )


def _postal_code(digits: str) -> str:
    return f"〒{digits[:3]}-{digits[3:]}" if digits else ""
