"""Proposing, approving and declining the correction of a mistake.

One person proposes, another approves; the approval and its entry in the books are one transaction,
under a key made of the proposal. Order of locks: the proposal's row, then the ledger's.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, assert_never

from django.db import transaction

from hansatsu.database.connections import ledger_connection
from hansatsu.flows.support.models import Correction
from hansatsu.ledger import api as ledger
from hansatsu.parties.cards.models import Card
from hansatsu.parties.identity.models import Resident, Staff
from hansatsu.parties.issuers.deeds import Deed
from hansatsu.parties.issuers.models import Issuer
from hansatsu.parties.issuers.names import card_name, resident_name
from hansatsu.parties.programs.models import Emoney
from hansatsu.parties.staff.two_people import ProposalState, decide, locked, proposed_now, why_not

LARGEST = 10_000_000
"""Yen; more than that is no mistake of a wallet."""

Refusal = Literal[
    "",
    "oneself",
    "not_allowed",
    "decided",
    "lapsed",
    "unknown",
    "closed",
    "expired",
    "insufficient",
    "over_limit",
]
"""Why nothing was done; empty when it was. ``oneself``: it is one's own proposal. ``not_allowed``:
their role may not. ``decided``: somebody was faster. The last five are the ledger's
(correct_v3.sql)."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """What is to be corrected; see ``Correction``. ``amount`` is signed yen."""

    owner: Resident | Card
    emoney: Emoney
    amount: int
    lot_id: int | None = None
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Proposed:
    """The proposal that stands now, or why none does."""

    correction: Correction | None
    refusal: Refusal = ""


def find_correction(issuer: Issuer, correction_id: int) -> Correction | None:
    """The issuer's correction with this id; None for anybody else's."""
    found = Correction.objects.of(issuer).select_related(
        "issuer", "emoney", "resident", "card", "proposed_by", "decided_by"
    )
    return found.filter(pk=correction_id).first()


def propose(deed: Deed, by: Staff, proposal: Proposal, *, key: str) -> Proposed:
    """Propose a correction, once for the form's key. What could not be booked now is not proposed.

    Args:
        deed: who proposes, and why.
        by: the same person.
        proposal: what.
        key: made when the form was shown.
    """
    issuer, owner = deed.actor.issuer, proposal.owner
    with transaction.atomic():
        correction, is_new = Correction.objects.get_or_create(
            proposed_by=by,
            key=key,
            defaults={
                "issuer": issuer,
                "wallet_id": owner.wallet_id,
                "resident": owner if isinstance(owner, Resident) else None,
                "card": owner if isinstance(owner, Card) else None,
                "emoney": proposal.emoney,
                "amount": proposal.amount,
                "lot_id": proposal.lot_id,
                "expires_at": proposal.expires_at,
                **proposed_now(by, deed.reason),
            },
        )
        if not is_new:
            return Proposed(correction)
        refusal = _rehearse(correction)
        if refusal:
            transaction.set_rollback(True)
            return Proposed(None, refusal)
        deed.record(
            "correction_proposed",
            correction.subject,
            things=[_owner(correction)],
            after={"amount": correction.amount, "emoney": proposal.emoney.name},
        )
    return Proposed(correction)


def approve(deed: Deed, by: Staff, correction: Correction) -> Refusal:
    """Approve a correction, and book it. A refusal changes nothing: the proposal stays as it is,
    and may be approved when what stands in its way is gone.

    Args:
        deed: who approves, and why.
        by: the same person.
        correction: what was proposed.
    """
    with transaction.atomic():
        row = locked(correction)
        if refusal := why_not(row, by):
            return refusal
        made = ledger.correct(ledger_connection(), _booking(row))
        if not made.corrected:
            return _refused(made.outcome)
        row.seq = made.seq
        decide(row, by, ProposalState.APPROVED, deed.reason, also=["seq"])
        deed.record(
            "correction_approved",
            row.subject,
            things=[_owner(row)],
            before={"state": ProposalState.PROPOSED.value},
            after={"state": ProposalState.APPROVED.value, "amount": row.amount},
        )
    return ""


def decline(deed: Deed, by: Staff, correction: Correction) -> Refusal:
    """Decline a correction; who proposed it may take it back so."""
    with transaction.atomic():
        row = locked(correction)
        if row.state != ProposalState.PROPOSED:
            return "decided"
        decide(row, by, ProposalState.DECLINED, deed.reason)
        deed.record(
            "correction_declined",
            row.subject,
            things=[_owner(row)],
            before={"state": ProposalState.PROPOSED.value},
            after={"state": ProposalState.DECLINED.value},
        )
    return ""


def _owner(correction: Correction) -> str:
    """Whose wallet it is, as the audit log names them."""
    if correction.resident_id is not None:
        return resident_name(correction.resident_id)
    assert correction.card_id is not None
    return card_name(correction.card_id)


def _rehearse(row: Correction) -> Refusal:
    """What booking it would say now, by booking it and taking it all back."""
    with ledger_connection().transaction(force_rollback=True):
        made = ledger.correct(ledger_connection(), _booking(row))
    return "" if made.corrected else _refused(made.outcome)


def _booking(row: Correction) -> ledger.Correction:
    request = ledger.Request.of(
        row.actor, "book", row.wallet_id, row.amount, row.lot_id, row.emoney_id, row.expires_at
    )
    return ledger.Correction(
        request,
        row.issuer_id,
        row.wallet_id,
        row.amount,
        lot_id=row.lot_id,
        emoney_id=None if row.lot_id else row.emoney_id,
        expires_at=row.expires_at,
        reason=row.reason,
    )


def _refused(outcome: ledger.CorrectionResult) -> Refusal:
    match outcome:
        case "unknown" | "closed" | "expired" | "insufficient" | "over_limit":
            return outcome
        case "corrected" | "replayed" | "key_conflict" | "cancelled" as other:
            raise RuntimeError(f"a proposal is booked once, but the ledger says {other}")
        case never:
            assert_never(never)
