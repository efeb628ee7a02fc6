"""Finding a lot by what its holder can say of it. A read as those of ``reads``: of one issuer."""

import re
from typing import Any

from psycopg import Connection
from psycopg.rows import class_row

from hansatsu.ledger.values import FoundLot

_MANAGEMENT_NUMBER = re.compile(r"d01[0-9]{13}")
_CODE = re.compile(r"[0-9a-z]{8}(?:[0-9a-z]{8})?")
_BETWEEN = re.compile(r"[-\s*.…]")

SHOWN = 8
"""Characters of a コード(ID) that its holder sees."""

MOST = 50
"""Lots that are looked at for one text; more than one is a matter of chance."""


def find_lots(connection: Connection[Any], issuer_id: int, text: str) -> list[FoundLot]:
    """The issuer's lots that ``text`` may mean, spent and expired ones too.

    Args:
        connection: to the ledger's database.
        issuer_id: whose lots.
        text: a 管理番号; コード(ID) as it is shown, ``N7af****7AV9****``, or those 8 characters
            alone; or all 16. The case of letters does not matter, nor what stands between them.
    """
    typed = _BETWEEN.sub("", text).lower()
    is_number = _MANAGEMENT_NUMBER.fullmatch(typed) is not None
    if not is_number and not _CODE.fullmatch(typed):
        return []
    shown = typed if len(typed) == SHOWN else typed[:4] + typed[8:12]
    with connection.cursor(row_factory=class_row(FoundLot)) as cursor:
        lots = cursor.execute(
            """
            select l.wallet_id, l.lot_id, l.emoney_id, l.code, l.management_number, l.face,
                l.balance, l.expires_at, l.registered_at
            from ledger.lot as l
            where l.issuer_id = %s and (l.management_number = %s
                or lower(left(l.code, 4) || substr(l.code, 9, 4)) = %s)
            order by l.lot_id desc limit %s
            """,
            [issuer_id, typed if is_number else "", shown, MOST],
        ).fetchall()
    if len(typed) == SHOWN:
        return lots
    return [lot for lot in lots if typed in (lot.code.lower(), lot.management_number)]
