"""The rows of ご利用履歴."""

from collections.abc import Sequence

from django.utils.safestring import SafeString

from hansatsu.parties.issuers.models import Issuer
from hansatsu.parties.wallets.selectors import HistoryRow
from hansatsu.web.shared.addresses import wallet_url
from hansatsu.web.shared.lines import line_writer
from hansatsu.web.shared.patterns import pattern
from hansatsu.web.shared.words import amounts, breakable, japan_time, refund_word, until_short

HOLES = ("place", "shop", "badge", "number", "at", "amount", "lines", "address")


def drawn_rows(issuer: Issuer, rows: Sequence[HistoryRow], first: int) -> list[SafeString]:
    """Each of ``rows``; the place of the first is ``first``."""
    written = next((row.number for row in rows if row.number), None)
    # one address is written for all: that costs as much as a row
    before, after = (
        wallet_url("payment", issuer, number=written).split(written) if written else ("", "")
    )
    lines, yen = line_writer(), amounts("m")
    return [
        _drawn(
            row,
            {
                "place": str(place),
                "number": breakable(row.number or ""),
                "amount": yen(row.amount),
                "lines": lines(row.lines),
                "address": f"{before}{row.number}{after}",
            },
        )
        for place, row in enumerate(rows, first)
    ]


def _drawn(row: HistoryRow, values: dict[str, str]) -> SafeString:
    shape = {
        "kind": row.kind,
        "has_shop": bool(row.shop),
        "has_number": bool(row.number),
        "has_last_day": row.expired_on is not None,
    }
    return pattern("wallet/history_row.html", shape, HOLES).filled(
        {
            **values,
            "shop": row.shop or "",
            "badge": refund_word(row) if row.kind == "refund" else "",
            "at": japan_time(row.at) if row.expired_on is None else until_short(row.expired_on),
        }
    )
