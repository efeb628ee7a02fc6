"""Refunds of a payment that another page, person or till has made since somebody was shown it.

What is left of a payment only ever becomes less, by its refunds: so the yen that were shown as left
say which of them were made since (ADR 0233).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from hansatsu.database.connections import ledger_connection
from hansatsu.flows.payments.day_book import book_row
from hansatsu.flows.payments.refunds import Refundable
from hansatsu.formats.japan import in_japan
from hansatsu.ledger import api as ledger
from hansatsu.messages.till_note import read_staff
from hansatsu.parties.identity.models import Staff
from hansatsu.parties.shops.models import Shop


@dataclass(frozen=True, slots=True)
class RefundSince:
    """A refund of ``amount`` yen that has not been shown, made ``at`` (in Japan). ``by`` is the
    name of the shop's member of staff or terminal that made it, empty when the office did;
    ``clerk`` that of the office's."""

    at: datetime
    amount: int
    by: str
    clerk: str


def refunds_since(shop: Shop, found: Refundable, left: int | None) -> list[RefundSince]:
    """The refunds that made of the ``left`` yen that were shown those that ``found`` has left, the
    oldest first; none when ``left`` is None, for then nothing is known of what was shown."""
    if left is None or found.left >= left:
        return []
    standing = ledger.payment_standing(ledger_connection(), shop.issuer_id, found.number)
    refunds = () if standing is None else standing.refunds
    return [_told(shop, refund.entry) for refund in _between(refunds, found, left)]


def _between(
    refunds: tuple[ledger.RefundStanding, ...], found: Refundable, left: int
) -> Iterator[ledger.RefundStanding]:
    rest = found.amount
    for refund in refunds:
        rest -= refund.amount
        if found.left <= rest < left:
            yield refund


def _told(shop: Shop, entry: ledger.Entry) -> RefundSince:
    row = book_row(shop, entry.number or "", entry.at)
    by = "" if row is None else row.staff or row.terminal
    clerk = "" if by else _clerk(shop, entry)
    return RefundSince(in_japan(entry.at), entry.amount, by, clerk)


def _clerk(shop: Shop, entry: ledger.Entry) -> str:
    note = ledger.note(ledger_connection(), shop.issuer_id, entry.wallet_id, entry.seq)
    clerks = Staff.objects.of(shop.issuer).filter(shop=None)
    staff = clerks.filter(pk=read_staff(note) or 0).first()
    return "" if staff is None else staff.display_name
