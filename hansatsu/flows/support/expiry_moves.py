"""Proposing, approving and declining a later expiry: of value that lives, or of value that had
expired and lives again by it.

As corrections: one person proposes, another approves; the approval, its entry in the books and the
mail to the resident are one transaction, under a key made of the proposal. Order of locks: the
proposal's row, then the ledger's.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, assert_never

from django.db import transaction

from hansatsu.database.connections import ledger_connection
from hansatsu.flows.support import letters
from hansatsu.flows.support.models import ExpiryMove
from hansatsu.formats.japan import last_day
from hansatsu.ledger import api as ledger
from hansatsu.parties.cards.models import Card
from hansatsu.parties.identity.models import Resident, Staff
from hansatsu.parties.issuers.audit import Value
from hansatsu.parties.issuers.deeds import Deed
from hansatsu.parties.issuers.models import Issuer
from hansatsu.parties.issuers.names import card_name, resident_name
from hansatsu.parties.staff.two_people import ProposalState, decide, locked, proposed_now, why_not

Refusal = Literal[
    "",
    "oneself",
    "not_allowed",
    "decided",
    "lapsed",
    "unknown",
    "closed",
    "expired",
    "already",
    "reversed",
    "not_later",
    "exempt",
]
"""Why nothing was done; empty when it was. ``oneself``: it is one's own proposal. ``not_allowed``:
their role may not. ``decided``: somebody was faster. ``lapsed``: nobody decided in time. The others
are the ledger's (move_expiry_v1.sql, unexpire_v1.sql)."""


@dataclass(frozen=True, slots=True)
class Later:
    """What is to live longer; see ``ExpiryMove``."""

    owner: Resident | Card
    amount: int
    before: datetime
    expires_at: datetime
    lot_id: int | None = None
    expired_seq: int | None = None


@dataclass(frozen=True, slots=True)
class Proposed:
    """The proposal that stands now, or why none does."""

    move: ExpiryMove | None
    refusal: Refusal = ""


def find_expiry_move(issuer: Issuer, move_id: int) -> ExpiryMove | None:
    """The issuer's proposal with this id; None for anybody else's."""
    found = ExpiryMove.objects.of(issuer).select_related(
        "issuer", "resident", "card", "proposed_by", "decided_by"
    )
    return found.filter(pk=move_id).first()


def propose(deed: Deed, by: Staff, later: Later, *, key: str) -> Proposed:
    """Propose a later expiry, once for the form's key. What could not be booked now is not
    proposed.

    Args:
        deed: who proposes, and why.
        by: the same person.
        later: what.
        key: made when the form was shown.
    """
    owner = later.owner
    if later.expires_at < later.before or (later.lot_id and later.expires_at == later.before):
        return Proposed(None, "not_later")
    with transaction.atomic():
        move, is_new = ExpiryMove.objects.get_or_create(
            proposed_by=by,
            key=key,
            defaults={
                "issuer": deed.actor.issuer,
                "wallet_id": owner.wallet_id,
                "resident": owner if isinstance(owner, Resident) else None,
                "card": owner if isinstance(owner, Card) else None,
                "lot_id": later.lot_id,
                "expired_seq": later.expired_seq,
                "amount": later.amount,
                "expires_at_before": later.before,
                "expires_at": later.expires_at,
                **proposed_now(by, deed.reason),
            },
        )
        if not is_new:
            return Proposed(move)
        refusal = _rehearse(move)
        if refusal:
            transaction.set_rollback(True)
            return Proposed(None, refusal)
        deed.record(
            "expiry_move_proposed",
            move.subject,
            things=[_owner(move)],
            before={"expires_on": _day(move.expires_at_before)},
            after={"expires_on": _day(move.expires_at), "amount": move.amount},
        )
    return Proposed(move)


def approve(deed: Deed, by: Staff, move: ExpiryMove) -> Refusal:
    """Approve a later expiry, book it and tell the resident. A refusal changes nothing: the
    proposal stays as it is, and may be approved when what stands in its way is gone.

    Args:
        deed: who approves, and why.
        by: the same person.
        move: what was proposed.
    """
    with transaction.atomic():
        row = locked(move)
        if refusal := why_not(row, by):
            return refusal
        seq, why = _book(row)
        if why:
            return why
        row.seq = seq
        decide(row, by, ProposalState.APPROVED, deed.reason, also=["seq"])
        before: dict[str, Value] = {"state": ProposalState.PROPOSED.value}
        before["expires_on"] = _day(row.expires_at_before)
        deed.record(
            "expiry_move_approved",
            row.subject,
            things=[_owner(row)],
            before=before,
            after={
                "state": ProposalState.APPROVED.value,
                "expires_on": _day(row.expires_at),
                "amount": row.amount,
            },
        )
        if row.resident is not None and row.resident.closed_at is None:
            letters.expiry_moved(row.resident, row)
    return ""


def decline(deed: Deed, by: Staff, move: ExpiryMove) -> Refusal:
    """Decline a later expiry; who proposed it may take it back so."""
    with transaction.atomic():
        row = locked(move)
        if row.state != ProposalState.PROPOSED:
            return "decided"
        decide(row, by, ProposalState.DECLINED, deed.reason)
        deed.record(
            "expiry_move_declined",
            row.subject,
            things=[_owner(row)],
            before={"state": ProposalState.PROPOSED.value},
            after={"state": ProposalState.DECLINED.value},
        )
    return ""


def _owner(move: ExpiryMove) -> str:
    """Whose wallet it is, as the audit log names them."""
    if move.resident_id is not None:
        return resident_name(move.resident_id)
    assert move.card_id is not None
    return card_name(move.card_id)


def _day(expires_at: datetime) -> str:
    return f"{last_day(expires_at):%Y/%m/%d}"


def _rehearse(row: ExpiryMove) -> Refusal:
    """What booking it would say now, by booking it and taking it all back."""
    with ledger_connection().transaction(force_rollback=True):
        return _book(row)[1]


def _book(row: ExpiryMove) -> tuple[int | None, Refusal]:
    """The wallet's entry that has it, or why there is none."""
    if row.expired_seq is None:
        return _move(row)
    return _unexpire(row, row.expired_seq)


def _move(row: ExpiryMove) -> tuple[int | None, Refusal]:
    connection = ledger_connection()
    lot_id = row.lot_id or 0
    made = ledger.move_expiry(
        connection,
        ledger.LaterExpiry(
            _request(row),
            row.issuer_id,
            row.wallet_id,
            lot_id,
            row.expires_at,
            is_exempt=ledger.is_within_six_months(connection, row.wallet_id, [lot_id]),
            reason=row.reason,
        ),
    )
    match made.outcome:
        case "moved":
            return made.seq, ""
        case "unknown" | "closed" | "expired" | "not_later" | "exempt" as why:
            return None, why
        case "replayed" | "key_conflict" | "cancelled" as other:
            raise _booked_once(other)
        case never:
            assert_never(never)


def _unexpire(row: ExpiryMove, expired_seq: int) -> tuple[int | None, Refusal]:
    connection = ledger_connection()
    entry = ledger.entry(connection, row.issuer_id, row.wallet_id, expired_seq)
    lots = [line.lot_id for line in entry.lines] if entry is not None else []
    made = ledger.unexpire(
        connection,
        ledger.ExpiryTakenBack(
            _request(row),
            row.issuer_id,
            row.wallet_id,
            expired_seq,
            row.expires_at,
            is_exempt=ledger.is_within_six_months(connection, row.wallet_id, lots),
            reason=row.reason,
        ),
    )
    match made.outcome:
        case "unexpired":
            return made.seq, ""
        case "unknown" | "already" | "closed" | "reversed" | "not_later" | "exempt" as why:
            return None, why
        case "replayed" | "key_conflict" | "cancelled" as other:
            raise _booked_once(other)
        case never:
            assert_never(never)


def _request(row: ExpiryMove) -> ledger.Request:
    return ledger.Request.of(
        row.actor, "book", row.wallet_id, row.lot_id, row.expired_seq, row.expires_at
    )


def _booked_once(outcome: str) -> RuntimeError:
    return RuntimeError(f"a proposal is booked once, but the ledger says {outcome}")
