"""What goes into the ledger and what comes out: plain values. All amounts are integer yen.

Those of a payment are structs: made in a sixth of the time or less (ADR 0257).
"""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from msgspec import Struct

from hansatsu.ledger.outcomes import (
    CancelPaymentResult,
    CancelResult,
    CorrectionResult,
    IssueResult,
    MoveExpiryResult,
    PaymentResult,
    RefundResult,
    ReinstatementResult,
    ReversalResult,
    StateResult,
    TransferResult,
    UnexpireResult,
)

Mode = Literal["live", "sandbox", "demo"]
WalletKind = Literal["resident", "card"]
StateChange = Literal["freeze", "unfreeze", "close"]

TEXT_LIKE_NONE = 1 << 31
"""Added to the length of the text ``None`` in a request's content: a field that is not there has
always been written as these four letters. No text is so long."""


@dataclass(frozen=True, slots=True)
class Limits:
    """An issuer's limits in yen; None is no limit."""

    per_payment: int | None = None
    per_day: int | None = None
    holding: int | None = None


@dataclass(frozen=True, slots=True)
class IssuerRules:
    """``refund_grace_days``: for how many days after its expiry a refund revives value."""

    limits: Limits
    refund_grace_days: int


@dataclass(frozen=True, slots=True)
class Acceptance:
    """That a shop takes an emoney from ``start`` until ``end``, its first moment of not; None is
    open."""

    shop_id: int
    emoney_id: int
    start: datetime
    end: datetime | None


class Request(Struct, frozen=True):
    """An idempotency key. `actor` is who asks (a terminal, a staff member, a resident), `key`
    is unique for that actor, `content` the SHA-256 of what is asked: the same key with other
    content is a conflict."""

    actor: str
    key: str
    content: bytes

    @classmethod
    def of(cls, actor: str, key: str, *fields: object) -> "Request":
        """A request whose content is the digest of `fields`, each with its length.

        These bytes are compared with stored ones: what a field is written as never changes.
        """
        parts: list[bytes] = []
        for field in fields:
            data = str(field).encode()
            length = len(data) | (TEXT_LIKE_NONE if field == "None" else 0)
            parts += (length.to_bytes(4), data)
        return cls(actor, key, hashlib.sha256(b"".join(parts)).digest())


class Use(Struct, frozen=True):
    """Yen taken from (or given back to) one lot."""

    lot_id: int
    emoney_id: int
    amount: int


class Payment(Struct, frozen=True):
    """A payment to be decided. `device` and `step` are those of a pay code, `reference` a
    till's free text. `reference_once`: not when the wallet has paid the same amount with the same
    reference at the shop within the hour before."""

    request: Request
    issuer_id: int
    shop_id: int
    wallet_id: int
    amount: int
    device: int | None = None
    step: int | None = None
    reference: str | None = None
    reference_once: bool = False


class PaymentOutcome[R: str = PaymentResult](Struct, frozen=True):
    """How a payment ended: `outcome` is a `PaymentResult`, or what flows add to it. `number` is the
    payment's 決済ID, or at 'duplicate_reference' that of the payment that was first. `balance` is
    what the whole wallet holds, `available` what of it this shop takes: after a payment, or at a
    refusal for want of value; None on a replay. `codes` are the コード(ID) of the lots that were
    used."""

    outcome: R
    wallet_id: int
    seq: int | None
    number: str | None
    at: datetime | None
    amount: int
    uses: tuple[Use, ...]
    balance: int | None
    available: int | None
    codes: tuple[str, ...] = ()

    @property
    def paid(self) -> bool:
        """True when the money has moved, now or at an earlier try with the same key."""
        return self.outcome in ("paid", "replayed")


@dataclass(frozen=True, slots=True)
class NewLot:
    """Value to be made: yen of one emoney, spendable before `expires_at` (None: for ever), and how
    many of them its holder paid for."""

    emoney_id: int
    amount: int
    expires_at: datetime | None
    paid: int = 0


@dataclass(frozen=True, slots=True)
class Issue:
    """Lots to be made in one wallet, in one entry."""

    request: Request
    issuer_id: int
    wallet_id: int
    lots: tuple[NewLot, ...]


@dataclass(frozen=True, slots=True)
class IssueOutcome:
    """How an issue ended: `IssueResult`."""

    outcome: IssueResult
    wallet_id: int
    seq: int | None
    at: datetime | None

    @property
    def issued(self) -> bool:
        return self.outcome in ("issued", "replayed")


@dataclass(frozen=True, slots=True)
class Reversal:
    """An issue to be taken back, named by the wallet and seq of its entry. `only_unspent`: not
    when some of it is spent or expired."""

    request: Request
    issuer_id: int
    wallet_id: int
    seq: int
    only_unspent: bool = False
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class ReversalOutcome:
    """How a reversal ended: `ReversalResult`. `taken` yen left the lots, `lost` yen were
    gone and are the issuer's loss; the entry stands where the value was, at `wallet_id`."""

    outcome: ReversalResult
    wallet_id: int | None
    seq: int | None
    at: datetime | None
    taken: int | None
    lost: int | None

    @property
    def reversed(self) -> bool:
        return self.outcome in ("reversed", "replayed")


@dataclass(frozen=True, slots=True)
class Reinstatement:
    """A reversed issue to be given again, named by the wallet and seq of its entry."""

    request: Request
    issuer_id: int
    wallet_id: int
    seq: int
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class ReinstatementOutcome:
    """How a reinstatement ended: `ReinstatementResult`. `given` yen went back into the
    lots, of which `expired_amount` died at once; None on a replay."""

    outcome: ReinstatementResult
    wallet_id: int | None
    seq: int | None
    at: datetime | None
    given: int | None
    expired_amount: int | None

    @property
    def reinstated(self) -> bool:
        return self.outcome in ("reinstated", "replayed")


@dataclass(frozen=True, slots=True)
class Correction:
    """A mistake in a wallet to be mended, in yen: a negative `amount` is taken from the lot
    `lot_id`, a positive one makes a lot of `emoney_id`, spendable before `expires_at` (None: for
    ever)."""

    request: Request
    issuer_id: int
    wallet_id: int
    amount: int
    lot_id: int | None = None
    emoney_id: int | None = None
    expires_at: datetime | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class CorrectionOutcome:
    """How a correction ended: `CorrectionResult`."""

    outcome: CorrectionResult
    wallet_id: int | None
    seq: int | None
    at: datetime | None

    @property
    def corrected(self) -> bool:
        return self.outcome in ("corrected", "replayed")


@dataclass(frozen=True, slots=True)
class LaterExpiry:
    """A living lot to be spendable until a later ``expires_at``, its first moment of not.
    ``is_exempt``: its issuer's value needs no deposit since it is usable for six months only."""

    request: Request
    issuer_id: int
    wallet_id: int
    lot_id: int
    expires_at: datetime
    is_exempt: bool
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class LaterExpiryOutcome:
    """How moving an expiry ended: `MoveExpiryResult`."""

    outcome: MoveExpiryResult
    wallet_id: int | None
    seq: int | None
    at: datetime | None

    @property
    def moved(self) -> bool:
        return self.outcome in ("moved", "replayed")


@dataclass(frozen=True, slots=True)
class ExpiryTakenBack:
    """A 失効 that was booked wrongly, named by the wallet and seq of its entry, to go back into its
    lots, spendable before ``expires_at``. ``is_exempt``: as of a ``LaterExpiry``."""

    request: Request
    issuer_id: int
    wallet_id: int
    seq: int
    expires_at: datetime
    is_exempt: bool
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class UnexpireOutcome:
    """How taking a 失効 back ended: `UnexpireResult`. ``amount`` yen are in the wallet
    ``wallet_id`` again, which is where the value has moved."""

    outcome: UnexpireResult
    wallet_id: int | None
    seq: int | None
    at: datetime | None
    amount: int | None

    @property
    def unexpired(self) -> bool:
        return self.outcome in ("unexpired", "replayed")


@dataclass(frozen=True, slots=True)
class Refund:
    """A payment to be given back: `amount` None is all that is left; `shop_id` restricts it
    to that shop's payments."""

    request: Request
    issuer_id: int
    number: str
    amount: int | None = None
    shop_id: int | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class RefundOutcome:
    """How a refund ended: `RefundResult`. `expired_amount` yen died at once, because their
    lots had expired; `reversed_amount` yen went to the issuer's loss at once, because the issue
    of their lots had been taken back; `left_over` yen of the payment can still be refunded."""

    outcome: RefundResult
    wallet_id: int | None
    seq: int | None
    number: str | None
    at: datetime | None
    amount: int | None
    expired_amount: int | None
    reversed_amount: int | None
    left_over: int | None

    @property
    def refunded(self) -> bool:
        return self.outcome in ("refunded", "replayed")


@dataclass(frozen=True, slots=True)
class RefundLoss:
    """Yen of a refund that did not come back into the wallet, by the entries that stand: what was
    dead already, and what went to the issuer since the issue of its lots had been taken back. As
    the refund's outcome said it."""

    expired_amount: int = 0
    reversed_amount: int = 0

    @property
    def total(self) -> int:
        """All of it."""
        return self.expired_amount + self.reversed_amount


@dataclass(frozen=True, slots=True)
class CancelOutcome:
    """How cancelling a key ended: `CancelResult`; where it had succeeded, if it had."""

    outcome: CancelResult
    wallet_id: int | None
    seq: int | None


@dataclass(frozen=True, slots=True)
class PaymentToCancel:
    """A payment at `shop_id` that its maker does not know the outcome of, and wants undone if it
    was made: under `key` by `actor`, not before `since` (None: whenever). `others` are makers
    at the same shop who must not have used the key instead. `note` is the refund's free text."""

    actor: str
    key: str
    issuer_id: int
    shop_id: int
    since: datetime | None = None
    others: tuple[str, ...] = ()
    note: str | None = None


@dataclass(frozen=True, slots=True)
class PaymentCancelled:
    """How cancelling a payment ended: `CancelPaymentResult`. `number` and
    `refund_number` are 決済ID of the payment and of its last refund. Only when money went back now:
    when (`at`), how many yen, and how many of them expired at once or belonged to an issue that
    was taken back."""

    outcome: CancelPaymentResult
    number: str | None
    refund_number: str | None
    at: datetime | None
    amount: int | None
    expired_amount: int | None
    reversed_amount: int | None


@dataclass(frozen=True, slots=True)
class TransferOutcome:
    """How a transfer ended: `TransferResult`."""

    outcome: TransferResult
    wallet_id: int | None
    seq: int | None
    at: datetime | None
    amount: int | None


@dataclass(frozen=True, slots=True)
class StateOutcome:
    """How a freeze, unfreeze or close ended: `StateResult`."""

    outcome: StateResult
    wallet_id: int | None
    seq: int | None


@dataclass(frozen=True, slots=True)
class RequestState:
    """What is known of an idempotency key."""

    state: Literal["done", "cancelled"]
    wallet_id: int | None
    seq: int | None


@dataclass(frozen=True, slots=True)
class EmoneyBalance:
    """Living yen of one emoney."""

    emoney_id: int
    amount: int


@dataclass(frozen=True, slots=True)
class Lot:
    """A living lot with its balance, as its holder sees it."""

    lot_id: int
    emoney_id: int
    code: str
    management_number: str
    face: int
    balance: int
    expires_at: datetime | None
    registered_at: datetime

    @property
    def masked_code(self) -> str:
        """コード(ID) as the guide shows it: `N7af****7AV9****`."""
        return mask_code(self.code)


@dataclass(frozen=True, slots=True)
class FoundLot(Lot):
    """A lot in any state, and the wallet that it is in."""

    wallet_id: int


@dataclass(frozen=True, slots=True)
class PlannedUse:
    """Yen that a payment would take from one lot."""

    lot_id: int
    emoney_id: int
    amount: int
    lot_balance: int
    expires_at: datetime | None
    management_number: str


@dataclass(frozen=True, slots=True)
class Preview:
    """What a payment would do if it came now: `available` is what the shop takes of the
    wallet's `balance`; the uses sum to less than `amount` when value is short."""

    amount: int
    available: int
    balance: int
    uses: tuple[PlannedUse, ...]

    @property
    def short(self) -> int:
        """Yen that are missing."""
        return max(0, self.amount - self.available)


@dataclass(frozen=True, slots=True)
class EntryLine:
    """One lot's part in an entry; signed as for the wallet."""

    lot_id: int
    emoney_id: int
    amount: int
    code: str
    management_number: str
    expires_at: datetime | None

    @property
    def masked_code(self) -> str:
        return mask_code(self.code)


@dataclass(frozen=True, slots=True)
class Entry:
    """One event of a wallet; `amount` is signed as for the wallet (a payment is negative)."""

    issuer_id: int
    wallet_id: int
    seq: int
    kind: str
    at: datetime
    number: str | None
    shop_id: int | None
    amount: int
    refunded_number: str | None
    lines: tuple[EntryLine, ...]


@dataclass(frozen=True, slots=True)
class EntryHead:
    """What an entry is about, without its lots."""

    issuer_id: int
    wallet_id: int
    seq: int
    kind: str
    at: datetime
    shop_id: int | None
    number: str | None
    refunded_number: str | None


@dataclass(frozen=True, slots=True)
class ShopEntry:
    """A payment at a shop, or a refund of one. `amount` is signed as for the shop (a payment is
    positive); `device` and `wallet_kind` are those that the payment was made with."""

    number: str
    kind: Literal["payment", "refund"]
    at: datetime
    amount: int
    device: int | None
    wallet_kind: WalletKind


@dataclass(frozen=True, slots=True)
class ShopRow:
    """A payment at a shop, or a refund of one, with all that its books say of it. `amount` and
    the `amounts` by emoney (parallel to `emoneys`) are signed as for the shop. `actor` asked for
    it, `note` is the entry's free text; `device` and the wallet are those of the payment."""

    number: str
    kind: Literal["payment", "refund"]
    at: datetime
    amount: int
    refunded_number: str | None
    device: int | None
    wallet_id: int
    wallet_kind: WalletKind
    actor: str
    note: str | None
    emoneys: list[int]
    amounts: list[int]


@dataclass(frozen=True, slots=True)
class ShopSum:
    """What a shop took in a time: yen less refunds, how many payments, how many entries."""

    total: int
    payments: int
    entries: int


@dataclass(frozen=True, slots=True)
class ShopPart:
    """What of one emoney a payment at a shop, or a refund of one, was: `part` yen of its whole
    `amount`, both not negative."""

    number: str
    at: datetime
    amount: int
    part: int


@dataclass(frozen=True, slots=True)
class ShopDay:
    """What a shop took and gave back on a `day` in Japan: yen, neither negative, and how many of
    each. A refund counts on the day on which it was made."""

    day: date
    payments: int
    payment_count: int
    refunds: int
    refund_count: int


@dataclass(frozen=True, slots=True)
class Standing:
    """How a wallet and one of its makers of codes stand ``at`` a moment of the ledger's clock.

    ``state`` is 'open', 'frozen' or 'closed', None when the issuer has no such wallet;
    ``last_step`` the newest step that the device's codes have spent, -1 when none, None for one
    that is revoked or not the issuer's.
    """

    at: datetime
    state: str | None
    last_step: int | None


@dataclass(frozen=True, slots=True)
class OwedMessage:
    """An entry that somebody must be told of."""

    issuer_id: int
    wallet_id: int
    seq: int
    kind: str


def mask_code(code: str) -> str:
    """Show the first and third four of a lot's 16 characters (guide, 残高詳細)."""
    return f"{code[:4]}****{code[8:12]}****"
