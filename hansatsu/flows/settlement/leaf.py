"""The bytes by which a statement is proved to stand in its closing, and a closing in the chain of
its issuer's. They are kept for ever: what is written here never changes (ADR 0272).

A leaf is ``sha256(0x00 ‖ canonical)``; the root that of the tree of RFC 6962 over the leaves in the
order of shop ids; a closing's hash covers the one before. ``canonical`` is a tag, then fields, each
with its length in four bytes: numbers as eight bytes big-endian (two's complement), moments as
microseconds of UTC since 1970, texts as UTF-8.
"""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from hansatsu.flows.settlement.models import Closing, Statement, StatementLine
from hansatsu.formats.qr.luhn import check_character

TAG: Final = b"hansatsu statement 1"
CLOSING_TAG: Final = b"hansatsu closing 1"
GENESIS: Final = b"hansatsu closings 1"
NO_LEAVES: Final = hashlib.sha256(b"").digest()
"""The root of a tree without leaves (RFC 6962, 2.1)."""
PROVING_BYTES: Final = 12
"""Of a leaf, in its line of digits."""
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)

Field = int | str | bytes | datetime


def canonical(tag: bytes, fields: Iterable[Field]) -> bytes:
    """Fields as bytes that mean one thing only."""
    parts = [tag]
    for each in fields:
        data = _bytes_of(each)
        parts += (len(data).to_bytes(4), data)
    return b"".join(parts)


def leaf_of(
    issuer_code: str,
    number: int,
    shop_code: str,
    statement: Statement,
    lines: Sequence[StatementLine],
) -> bytes:
    """The leaf of a statement with its lines, of the closing with this number."""
    fields: list[Field] = [issuer_code, number, statement.shop_id, shop_code, bytes(statement.salt)]
    fields += [statement.starts_at, statement.ends_at, statement.opening]
    fields += [statement.payments, statement.payment_count]
    fields += [statement.refunds, statement.refund_count]
    fields += [statement.adjustments, statement.fee, statement.tax, statement.tax_rate]
    fields += [statement.payout, statement.carry, len(lines)]
    for line in lines:
        fields += [str(line.kind), line.emoney_id or 0, line.fee_class_id or 0, line.about or 0]
        fields += [line.count, line.base, line.amount]
    return hashlib.sha256(b"\x00" + canonical(TAG, fields)).digest()


def root_of(leaves: Sequence[bytes]) -> bytes:
    """The root over leaves in their order (RFC 6962, 2.1)."""
    if not leaves:
        return NO_LEAVES
    if len(leaves) == 1:
        return leaves[0]
    split = 1 << (len(leaves) - 1).bit_length() - 1
    both = root_of(leaves[:split]) + root_of(leaves[split:])
    return hashlib.sha256(b"\x01" + both).digest()


def genesis_of(issuer_code: str) -> bytes:
    """What an issuer's first closing follows."""
    return hashlib.sha256(canonical(GENESIS, [issuer_code])).digest()


def hash_of(issuer_code: str, closing: Closing) -> bytes:
    """The hash of a closing whose other columns are set."""
    fields: list[Field] = [issuer_code, closing.number, str(closing.kind), closing.cut_at]
    fields += [closing.pay_on.isoformat(), closing.statement_count, closing.opening]
    fields += [closing.payments, closing.payment_count, closing.refunds, closing.refund_count]
    fields += [closing.adjustments, closing.fee, closing.tax, closing.payout, closing.carry]
    fields += [bytes(closing.root), bytes(closing.previous_hash)]
    return hashlib.sha256(canonical(CLOSING_TAG, fields)).digest()


def digits_of(leaf: bytes) -> str:
    """A leaf's line of digits, as people read it out: its first bytes as a number of 29 digits, and
    a check digit, in groups of five."""
    number = f"{int.from_bytes(leaf[:PROVING_BYTES]):029}"
    whole = number + check_character(number)
    return " ".join(whole[start : start + 5] for start in range(0, len(whole), 5))


def _bytes_of(value: Field) -> bytes:
    match value:
        case int():
            return value.to_bytes(8, signed=True)
        case str():
            return value.encode()
        case datetime():
            return ((value - _EPOCH) // timedelta(microseconds=1)).to_bytes(8, signed=True)
        case bytes():
            return value
