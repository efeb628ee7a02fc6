"""The rows of コード(ID)一覧."""

from collections.abc import Sequence

from django.utils.safestring import SafeString

from hansatsu.parties.wallets.expiry_words import until
from hansatsu.parties.wallets.selectors import LotRow
from hansatsu.web.shared.patterns import pattern
from hansatsu.web.shared.words import amounts, japan_time

HOLES = ("place", "emoney", "balance", "code", "management_number", "until", "registered")


def drawn_lots(lots: Sequence[LotRow]) -> list[SafeString]:
    """Each of ``lots``, numbered."""
    words = {day: until(day) for day in {lot.expires_on for lot in lots}}
    yen = amounts("m")
    row = pattern("wallet/lot_row.html", {}, HOLES)
    return [
        row.filled(
            {
                "place": str(place),
                "emoney": lot.emoney,
                "balance": yen(lot.balance),
                "code": lot.masked_code,
                "management_number": lot.management_number,
                "until": words[lot.expires_on],
                "registered": japan_time(lot.registered_at),
            }
        )
        for place, lot in enumerate(lots, 1)
    ]
