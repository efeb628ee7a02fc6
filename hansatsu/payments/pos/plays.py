"""What the API plays for codes to practise with (``practising``); never for a live issuer."""

from typing import LiteralString

from hansatsu.database.gathering import Link

PLAY: LiteralString = """
    select play from payments_practicecode
    where wallet_id = %s and issuer_id = %s
"""
PLAYED: LiteralString = """
    update payments_practicecode set played_at = ledger.now()
    where wallet_id = %s and issuer_id = %s and played_at is null
"""
ONCE = ("try_again", "lost_answer")


class Plays:
    """Asks for the play of a wallet. One a process, on one event loop."""

    def __init__(self, url: str) -> None:
        self._link = Link(url)

    async def of(self, issuer_id: int, wallet_id: int) -> str:
        """The play to give now; empty when there is none, or it has been given. Of many callers at
        once, one gets a play that is given once."""
        connection = await self._link.connected()
        row = await (await connection.execute(PLAY, [wallet_id, issuer_id])).fetchone()
        if row is None:
            return ""
        play = str(row[0])
        if play in ONCE:
            given = await connection.execute(PLAYED, [wallet_id, issuer_id])
            return play if given.rowcount else ""
        return play
