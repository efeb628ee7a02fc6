"""Spend preview: which lots a payment would take, before it is made."""

from dataclasses import dataclass
from datetime import date

from hansatsu.database.connections import ledger_connection
from hansatsu.formats.japan import last_day
from hansatsu.ledger import api as ledger
from hansatsu.parties.issuers.models import Issuer
from hansatsu.parties.programs.selectors import emoney_names
from hansatsu.parties.shops.models import Shop
from hansatsu.parties.wallets.balance import EmoneyTotal


@dataclass(frozen=True, slots=True)
class SpendUse:
    """Yen that would come from one lot, and what would be left in it."""

    emoney: str
    management_number: str
    expires_on: date | None
    amount: int
    left: int


@dataclass(frozen=True, slots=True)
class SpendPreview:
    """What a payment of ``amount`` yen would do if it came now.

    Attributes:
        amount: what is to be paid.
        balance: all that the wallet holds.
        balance_after: what it would hold then.
        available: what of it this shop takes.
        short: yen that are missing; 0 when it can be paid.
        uses: in spend order.
        usable: what the wallet holds of each emoney that the shop takes.
        unusable: what it holds of emoneys that the shop does not take.
    """

    amount: int
    balance: int
    balance_after: int
    available: int
    short: int
    uses: tuple[SpendUse, ...]
    usable: tuple[EmoneyTotal, ...]
    unusable: tuple[EmoneyTotal, ...]


def spend_preview(issuer: Issuer, wallet_id: int, shop: Shop, amount: int) -> SpendPreview:
    """Plan a payment at one of the issuer's shops, changing nothing.

    The plan is the ledger's own rule (①有効期限が短い ②残高が少ない の順), not a copy of it.
    """
    connection = ledger_connection()
    names = emoney_names(issuer)
    plan = ledger.preview(
        connection, issuer_id=issuer.pk, wallet_id=wallet_id, shop_id=shop.pk, amount=amount
    )
    taken = ledger.takes(connection, issuer.pk).get(shop.pk, [])
    held = [
        EmoneyTotal(each.emoney_id, names[each.emoney_id], each.amount)
        for each in ledger.balances(connection, issuer.pk, wallet_id)
    ]
    return SpendPreview(
        amount=amount,
        balance=plan.balance,
        balance_after=plan.balance - sum(use.amount for use in plan.uses),
        available=plan.available,
        short=plan.short,
        uses=tuple(
            SpendUse(
                emoney=names[use.emoney_id],
                management_number=use.management_number,
                expires_on=last_day(use.expires_at),
                amount=use.amount,
                left=use.lot_balance - use.amount,
            )
            for use in plan.uses
        ),
        usable=tuple(each for each in held if each.emoney_id in taken),
        unusable=tuple(each for each in held if each.emoney_id not in taken),
    )
