"""SQL and Python make the same bytes, and the bytes of version 1 never change."""

import hashlib
import json
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.rows import dict_row

from hansatsu.ledger.canonical import (
    CanonicalEntry,
    CanonicalLot,
    entry_bytes,
    entry_hash,
    genesis,
    lot_bytes,
)
from tests.ledger.books import Books

VECTORS = json.loads(Path(__file__).with_name("canonical_vectors.json").read_text("utf-8"))


def time(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def lot_of(vector: dict[str, Any]) -> CanonicalLot:
    times = {name: time(vector[name]) for name in ("expires_at", "issued_at")}
    return CanonicalLot(**{**vector, **times})


def entry_of(vector: dict[str, Any]) -> CanonicalEntry:
    note = vector["note_hash"]
    return CanonicalEntry(
        **{
            **vector,
            "at": datetime.fromisoformat(vector["at"]),
            "content": bytes.fromhex(vector["content"]),
            "note_hash": None if note is None else bytes.fromhex(note),
            "postings": tuple(tuple(line) for line in vector["postings"]),
        }
    )


def lot_in_sql(connection: psycopg.Connection, lot: CanonicalLot) -> bytes:
    row = connection.execute(
        "select ledger.canonical_lot_v1(%s, %s, %s, %s, %s, %s, %s, %s, %s)",
        [
            lot.lot_id,
            lot.emoney_id,
            lot.face,
            lot.expires_at,
            lot.issued_at,
            lot.origin_wallet,
            lot.origin_lot,
            lot.code,
            lot.management_number,
        ],
    ).fetchone()
    assert row is not None
    assert isinstance(row[0], bytes)
    return row[0]


def entry_in_sql(
    connection: psycopg.Connection, entry: CanonicalEntry, made: bytes | None
) -> bytes:
    refs, emoneys, amounts = (
        (list(column) for column in zip(*entry.postings, strict=True))
        if (entry.postings)
        else ([], [], [])
    )
    row = connection.execute(
        """
        select ledger.canonical_v2(e, made.bytes), ledger.canonical_v1(e, made.bytes)
        from jsonb_populate_record(null::ledger.entry, %s::jsonb) as e,
            (select %s::bytea) as made (bytes)
        """,
        [
            json.dumps(
                {
                    "issuer_id": entry.issuer_id,
                    "wallet_id": entry.wallet_id,
                    "seq": entry.seq,
                    "kind": entry.kind,
                    "number": entry.number,
                    "refunded_number": entry.refunded_number,
                    "at": entry.at.isoformat(),
                    "shop_id": entry.shop_id,
                    "amount": entry.amount,
                    "actor": entry.actor,
                    "content": "\\x" + entry.content.hex(),
                    "device_id": entry.device_id,
                    "step": entry.step,
                    "note_hash": None if entry.note_hash is None else "\\x" + entry.note_hash.hex(),
                    "refs": refs,
                    "emoneys": emoneys,
                    "amounts": amounts,
                }
            ),
            made,
        ],
    ).fetchone()
    assert row is not None
    assert row[0] == row[1], "what was written before checks the same"
    assert isinstance(row[0], bytes)
    return row[0]


@pytest.mark.parametrize("vector", VECTORS["lots"], ids=lambda vector: str(vector["name"]))
def test_lots(app_connection: psycopg.Connection, vector: dict[str, Any]) -> None:
    lot = lot_of(vector["lot"])
    assert lot_bytes(lot).hex() == vector["bytes"]
    assert lot_in_sql(app_connection, lot).hex() == vector["bytes"]


@pytest.mark.parametrize("vector", VECTORS["entries"], ids=lambda vector: str(vector["name"]))
def test_entries(app_connection: psycopg.Connection, vector: dict[str, Any]) -> None:
    entry = entry_of(vector["entry"])
    made = [lot_of(lot) for lot in vector["made"]]
    in_sql = b"".join(lot_in_sql(app_connection, lot) for lot in made) or None
    assert entry_bytes(entry, made).hex() == vector["bytes"]
    assert entry_in_sql(app_connection, entry, in_sql).hex() == vector["bytes"]
    head = bytes.fromhex(vector["head"])
    assert entry_hash(head, entry, made).hex() == vector["hash"]
    assert hashlib.sha256(head + bytes.fromhex(vector["bytes"])).hexdigest() == vector["hash"]


@pytest.mark.parametrize("vector", VECTORS["genesis"])
def test_genesis(app_connection: psycopg.Connection, vector: dict[str, Any]) -> None:
    issuer_id, wallet_id = vector["issuer_id"], vector["wallet_id"]
    assert genesis(issuer_id, wallet_id).hex() == vector["hash"]
    row = app_connection.execute(
        "select encode(ledger.genesis_v1(%s, %s), 'hex')", [issuer_id, wallet_id]
    ).fetchone()
    assert row == (vector["hash"],)


def test_python_recomputes_a_chain_that_the_ledger_wrote(books: Books) -> None:
    emoney = books.emoney()
    shop, wallet, target = books.shop(emoney), books.wallet(), books.wallet()
    books.issue(wallet, emoney, 100, books.in_days(3))
    books.issue(wallet, emoney, 50)
    books.refund(books.paid(wallet, shop, 120), 30)
    books.change("freeze", wallet)
    books.transfer(wallet, target, even_frozen=True)
    books.reverse(wallet, 1)
    books.reinstate(wallet, 1)
    for walked, length in ((wallet, 6), (target, 3)):
        cursor = books.connection.cursor(row_factory=dict_row)
        rows = cursor.execute(
            "select * from ledger.entry where wallet_id = %s order by seq", [walked]
        ).fetchall()
        assert len(rows) == length
        lots = cursor.execute("select * from ledger.lot where wallet_id = %s", [walked]).fetchall()
        head = genesis(books.issuer_id, walked)
        for row in rows:
            fields = {name: row[name] for name in CanonicalEntry.__slots__ if name in row}
            lines = tuple(zip(row["refs"], row["emoneys"], row["amounts"], strict=True))
            made = [
                CanonicalLot(**{name: lot[name] for name in CanonicalLot.__slots__})
                for lot in lots
                if lot["made_seq"] == row["seq"]
            ]
            head = entry_hash(head, CanonicalEntry(**fields, postings=lines), made)
            assert head == row["hash"]
