"""Making gift codes, voiding them, and finding the one whose code was read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from hansatsu.formats.qr import bearer_code
from hansatsu.parties import clock
from hansatsu.parties.gifts.expiry import Expiry
from hansatsu.parties.gifts.models import GiftBatch, GiftCode, GiftState, GiftValue
from hansatsu.parties.issuers.models import Issuer
from hansatsu.parties.programs.models import Emoney
from hansatsu.parties.seals.code_digests import digest_of, digests_of

LAST = 4
LONGEST_REASON = 200
AT_ONCE = 2_000
"""Rows in one statement."""


@dataclass(frozen=True, slots=True)
class NewGifts:
    """What a batch is made from.

    Attributes:
        name: what staff call it.
        values: yen of each emoney in every code.
        expiry: when taken value dies.
        takeable_from: from when on it may be taken; now when None.
        takeable_until: the first moment at which it may not; never when None.
    """

    name: str
    values: Sequence[tuple[Emoney, int]]
    expiry: Expiry
    takeable_from: datetime | None = None
    takeable_until: datetime | None = None


def make_gifts(issuer: Issuer, new: NewGifts, count: int) -> tuple[GiftBatch, list[str]]:
    """Make a batch of ``count`` codes. They are known here and now only: what is kept does not
    give them back.

    Raises:
        ValueError: as ``register_gifts``.
    """
    codes = [bearer_code.new_code(bearer_code.GIFT) for _ in range(count)]
    return register_gifts(issuer, new, codes), codes


def register_gifts(issuer: Issuer, new: NewGifts, codes: Sequence[str]) -> GiftBatch:
    """Make a batch of codes that exist already.

    Raises:
        ValueError: when the batch holds no value, or another issuer's.
    """
    with transaction.atomic():
        batch = open_batch(issuer, new)
        add_gifts(batch, codes)
    return batch


def open_batch(issuer: Issuer, new: NewGifts) -> GiftBatch:
    """Make a batch without codes yet.

    Raises:
        ValueError: as ``register_gifts``.
    """
    _check(issuer, new)
    with transaction.atomic():
        now = clock.now()
        batch = GiftBatch.objects.create(
            issuer=issuer,
            name=new.name,
            made_at=now,
            expires=new.expiry.kind,
            expires_on=new.expiry.on,
            expires_after=new.expiry.after,
            takeable_from=new.takeable_from or now,
            takeable_until=new.takeable_until,
        )
        GiftValue.objects.bulk_create(
            GiftValue(issuer=issuer, batch=batch, emoney=emoney, amount=amount)
            for emoney, amount in new.values
        )
    return batch


def add_gifts(batch: GiftBatch, codes: Sequence[str]) -> None:
    """Put codes that exist already into the batch."""
    GiftCode.objects.bulk_create(
        [
            GiftCode(
                issuer_id=batch.issuer_id,
                batch=batch,
                digest=digest_of(code),
                last_four=code[-LAST:],
            )
            for code in codes
        ],
        batch_size=AT_ONCE,
    )


def find_gift(issuer: Issuer, text: str) -> GiftCode | None:
    """The issuer's gift code that was scanned or typed, in whatever state, or None."""
    code = bearer_code.read_code(text)
    if code is None or not code.startswith(bearer_code.GIFT):
        return None
    return GiftCode.objects.of(issuer).filter(digest__in=digests_of(code)).first()


def void_gift(gift: GiftCode, *, reason: str) -> bool:
    """Take a code back that nobody has taken; False when somebody has, or it was void before."""
    changed = GiftCode.objects.filter(pk=gift.pk, state=GiftState.READY).update(
        state=GiftState.VOID, void_at=clock.now(), void_reason=reason[:LONGEST_REASON]
    )
    return changed == 1


def void_gifts(batch: GiftBatch, *, reason: str) -> int:
    """Take all codes of a batch back that nobody has taken; how many. In the caller's
    transaction, which records it."""
    codes = GiftCode.objects.filter(batch=batch, state=GiftState.READY)
    return codes.update(
        state=GiftState.VOID, void_at=clock.now(), void_reason=reason[:LONGEST_REASON]
    )


def _check(issuer: Issuer, new: NewGifts) -> None:
    if not new.values or min(amount for _, amount in new.values) < 1:
        raise ValueError("a gift holds one yen or more of each of its emoneys")
    if any(emoney.issuer_id != issuer.pk for emoney, _ in new.values):
        raise ValueError("a gift holds emoneys of its own issuer")
