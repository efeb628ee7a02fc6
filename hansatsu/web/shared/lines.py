"""What came from, or goes to, which lot, as a list."""

from collections.abc import Callable, Iterable

from django.utils.safestring import SafeString, mark_safe

from hansatsu.flows.redemption.offers import OfferLine
from hansatsu.parties.wallets.selectors import HistoryLine
from hansatsu.web.shared.patterns import pattern
from hansatsu.web.shared.words import amounts, until_short

HOLES = ("emoney", "until", "management_number", "amount")
Lines = Iterable[HistoryLine | OfferLine]


def drawn_lines(lines: Lines) -> SafeString:
    """The list, in the active language."""
    return line_writer()(lines)


def line_writer() -> Callable[[Lines], SafeString]:
    """What draws each of many lists (``drawn_lines``): words are looked up once."""
    around = pattern("components/lines.html", {}, ("lines",))
    plain, numbered = (
        pattern("components/line.html", {"has_number": each}, HOLES) for each in (False, True)
    )
    write = amounts()

    def drawn(line: HistoryLine | OfferLine) -> SafeString:
        number = line.management_number if isinstance(line, HistoryLine) else ""
        return (numbered if number else plain).filled(
            {
                "emoney": line.emoney,
                "until": until_short(line.expires_on),
                "management_number": number,
                "amount": write(line.amount),
            }
        )

    def draw(lines: Lines) -> SafeString:
        rows = mark_safe("  ".join([*map(drawn, lines), ""]))  # noqa: S308 - made of patterns
        return around.filled({"lines": rows})

    return draw
