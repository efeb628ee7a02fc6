"""What a card holds, for the shop where it was handed over the counter."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from hansatsu.database.connections import ledger_connection
from hansatsu.formats.japan import in_japan
from hansatsu.ledger import api as ledger
from hansatsu.parties.cards.models import CardState
from hansatsu.parties.cards.services import find_card_in_any_state
from hansatsu.parties.programs.selectors import emoney_names
from hansatsu.parties.shops.models import Shop


@dataclass(frozen=True, slots=True)
class CardLot:
    """A living lot: masked コード(ID), emoney, yen, and the last day in Japan (None: for ever)."""

    lot: str
    emoney: str
    balance: int
    expires_on: date | None


@dataclass(frozen=True, slots=True)
class CardBalance:
    """Yen of a card, ``usable_here`` at the shop that asks: none while it is frozen."""

    balance: int
    usable_here: int
    lots: tuple[CardLot, ...]


type NoBalance = Literal["unknown_code", "card_replaced"]


def card_balance(shop: Shop, text: str) -> CardBalance | NoBalance:
    """What the card whose code is in ``text`` holds; ``unknown_code`` when there is no such card,
    ``card_replaced`` when its value was moved elsewhere."""
    card = find_card_in_any_state(shop.issuer, text)
    if card is None:
        return "unknown_code"
    if card.state != CardState.ISSUED:
        return "card_replaced"
    connection = ledger_connection()
    names = emoney_names(shop.issuer)
    lots = ledger.lots(connection, shop.issuer_id, card.wallet_id)
    plan = ledger.preview(
        connection,
        issuer_id=shop.issuer_id,
        wallet_id=card.wallet_id,
        shop_id=shop.pk,
        amount=0,
    )
    is_open = ledger.wallet_state(connection, shop.issuer_id, card.wallet_id) == "open"
    return CardBalance(
        balance=sum(lot.balance for lot in lots),
        usable_here=plan.available if is_open else 0,
        lots=tuple(_lot(lot, names) for lot in lots),
    )


def _lot(lot: ledger.Lot, names: dict[int, str]) -> CardLot:
    last_day = None
    if lot.expires_at is not None:  # exclusive: the moment after the last day
        last_day = in_japan(lot.expires_at - timedelta(microseconds=1)).date()
    return CardLot(lot.masked_code, names[lot.emoney_id], lot.balance, last_day)
