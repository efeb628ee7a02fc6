"""What the value in wallets was paid with, by the ledger's lots and entries alone (ADR 0276)."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from hansatsu.database.connections import ledger_connection
from hansatsu.flows.settlement.models import BEGINNING
from hansatsu.ledger import api as ledger
from hansatsu.parties.issuers.models import Issuer


@dataclass(frozen=True, slots=True)
class Lots:
    """Yen, all before a moment; value is what shops take, its paid part what residents paid for it.

    Attributes:
        unused: the paid part of what can be spent.
        used: value that shops took, less what they gave back.
        used_paid: the paid part of it.
        expired_paid: of what expired, booked or not.
        corrected_paid: of what corrections and 払戻し took from wallets.
        issued_paid: of what was issued, less what was taken back.
    """

    unused: int
    used: int
    used_paid: int
    expired_paid: int
    corrected_paid: int
    issued_paid: int


def lots_until(issuer: Issuer, cut_at: datetime) -> Lots:
    """What lots and entries say."""
    connection = ledger_connection()
    parts = ledger.paid_parts(connection, issuer.pk, cut_at)
    amounts: defaultdict[str, int] = defaultdict(int)
    paid: defaultdict[str, int] = defaultdict(int)
    for flow in ledger.paid_flows(connection, issuer.pk, BEGINNING, cut_at):
        amounts[flow.kind] += flow.amount
        paid[flow.kind] += flow.paid
    return Lots(
        unused=sum(part.unused_paid for part in parts),
        used=-amounts["payment"] - amounts["refund"],
        used_paid=-paid["payment"] - paid["refund"],
        expired_paid=sum(part.dead_paid for part in parts) - paid["expiry"],
        corrected_paid=-paid["correction"] - paid["payback"],
        issued_paid=paid["issue"] + paid["issue_reversal"],
    )
