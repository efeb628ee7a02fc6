"""What came from, or goes to, which lot, as a list."""

from collections.abc import Iterable

from django.utils.safestring import SafeString, mark_safe

from hansatsu.flows.redemption.offers import OfferLine
from hansatsu.parties.wallets.selectors import HistoryLine
from hansatsu.web.shared.patterns import pattern
from hansatsu.web.shared.words import amount, until_short

HOLES = ("emoney", "until", "management_number", "amount")


def drawn_lines(lines: Iterable[HistoryLine | OfferLine]) -> SafeString:
    """The list, in the active language."""
    drawn = mark_safe("  ".join([*map(_line, lines), ""]))  # noqa: S308 - made of patterns
    return pattern("components/lines.html", {}, ("lines",)).filled({"lines": drawn})


def _line(line: HistoryLine | OfferLine) -> SafeString:
    number = line.management_number if isinstance(line, HistoryLine) else ""
    found = pattern("components/line.html", {"has_number": bool(number)}, HOLES)
    return found.filled(
        {
            "emoney": line.emoney,
            "until": until_short(line.expires_on),
            "management_number": number,
            "amount": amount(line.amount),
        }
    )
