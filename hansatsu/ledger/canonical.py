"""The canonical bytes that the hash chain covers, as canonical_v1.sql makes them.

Pure functions, so that the books can be recomputed without the database that wrote them.
tests/ledger/canonical_vectors.json binds both.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
NULL = b"\xff\xff\xff\xff"


@dataclass(frozen=True, slots=True)
class CanonicalLot:
    """What the chain covers of a lot that an entry made."""

    lot_id: int
    emoney_id: int
    face: int
    expires_at: datetime | None
    issued_at: datetime
    origin_wallet: int | None
    origin_lot: int | None
    code: str
    management_number: str


@dataclass(frozen=True, slots=True)
class CanonicalExpiry:
    """What the chain covers of a lot whose expiry an entry moved."""

    lot_id: int
    old_expiry: datetime
    new_expiry: datetime


@dataclass(frozen=True, slots=True)
class CanonicalEntry:
    """What the chain covers of an entry; `postings` are lines of (ref, emoney, amount)."""

    issuer_id: int
    wallet_id: int
    seq: int
    kind: str
    number: str | None
    refunded_number: str | None
    at: datetime
    shop_id: int | None
    amount: int
    actor: str
    content: bytes
    device_id: int | None
    step: int | None
    note_hash: bytes | None
    postings: tuple[tuple[int, int, int], ...]


def lot_bytes(lot: CanonicalLot) -> bytes:
    """The bytes of a lot."""
    return _fields(
        lot.lot_id,
        lot.emoney_id,
        lot.face,
        lot.expires_at,
        lot.issued_at,
        lot.origin_wallet,
        lot.origin_lot,
        lot.code,
        lot.management_number,
    )


def expiry_bytes(moved: CanonicalExpiry) -> bytes:
    """The bytes of a moved expiry."""
    return _fields("hansatsu expiry 1", moved.lot_id, moved.old_expiry, moved.new_expiry)


def entry_bytes(
    entry: CanonicalEntry, made: Iterable[CanonicalLot | CanonicalExpiry] = ()
) -> bytes:
    """The bytes of an entry and the lots that it made, or whose expiry it moved, by id."""
    postings = b"".join(_integer(value) for line in entry.postings for value in line)
    lots = b"".join(
        lot_bytes(lot) if isinstance(lot, CanonicalLot) else expiry_bytes(lot)
        for lot in sorted(made, key=lambda lot: lot.lot_id)
    )
    return _fields(
        "hansatsu entry 1",
        entry.issuer_id,
        entry.wallet_id,
        entry.seq,
        entry.kind,
        entry.number,
        entry.refunded_number,
        entry.at,
        entry.shop_id,
        entry.amount,
        entry.actor,
        entry.content,
        entry.device_id,
        entry.step,
        entry.note_hash,
        postings,
        lots or None,
    )


def genesis(issuer_id: int, wallet_id: int) -> bytes:
    """The head of a wallet that has no entry yet."""
    return hashlib.sha256(_fields("hansatsu genesis 1", issuer_id, wallet_id)).digest()


def entry_hash(
    head: bytes, entry: CanonicalEntry, made: Iterable[CanonicalLot | CanonicalExpiry] = ()
) -> bytes:
    """The hash of an entry that follows the one whose hash is `head`."""
    return hashlib.sha256(head + entry_bytes(entry, made)).digest()


def _fields(*values: int | str | bytes | datetime | None) -> bytes:
    return b"".join(_field(value) for value in values)


def _field(value: int | str | bytes | datetime | None) -> bytes:
    """A value's length in bytes, and its bytes."""
    match value:
        case None:
            return NULL
        case int():
            data = _integer(value)
        case datetime():
            data = _integer((value - EPOCH) // timedelta(microseconds=1))
        case str():
            data = value.encode()
        case _:
            data = value
    return len(data).to_bytes(4) + data


def _integer(value: int) -> bytes:
    return value.to_bytes(8, signed=True)
