"""What the API plays for codes to practise with (``practice_codes``); never for a live issuer."""

from typing import Literal, LiteralString

from msgspec import Struct

from hansatsu.database.coalescing import Link

PLAY: LiteralString = """
    select play, extract(epoch from ledger.now() - played_at)::float8
    from payments_practicecode
    where wallet_id = %s and issuer_id = %s
"""
PLAYED: LiteralString = """
    update payments_practicecode set played_at = ledger.now()
    where wallet_id = %s and issuer_id = %s and played_at is null
"""
PlayName = Literal[
    "code_used", "over_limit", "not_accepted", "too_many", "try_again", "lost_answer"
]
"""The values of ``models.Play``."""

ONCE = ("try_again", "lost_answer")
WAITS = 10
"""Seconds that a code says to wait which plays a stopped terminal: afterwards it pays."""


class Played(Struct, frozen=True):
    """``name`` is empty when there is no play; ``waits`` seconds with ``too_many``."""

    name: PlayName | Literal[""] = ""
    waits: int = 0


class Plays:
    """Asks for the play of a wallet. One a process, on one event loop."""

    def __init__(self, url: str) -> None:
        self._link = Link(url)

    async def of(self, issuer_id: int, wallet_id: int) -> Played:
        """The play to give now; none when it has been given. Of many callers at once, one gets a
        play that is given once."""
        rows = await self._link.rows(PLAY, [wallet_id, issuer_id])
        if not rows:
            return Played()
        row = rows[0]
        play: PlayName = row[0]
        age = row[1]
        waits = 0
        if play == "too_many":
            waits = WAITS if age is None else WAITS - int(age)
            if waits <= 0:
                return Played()
        elif play not in ONCE:
            return Played(play)
        connection = await self._link.connected()
        given = await connection.execute(PLAYED, [wallet_id, issuer_id])
        if play in ONCE:
            return Played(play) if given.rowcount else Played()
        return Played(play, waits)
