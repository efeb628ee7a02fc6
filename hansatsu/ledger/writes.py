"""Every change of value: one call, one round trip, one transaction (the caller's if open)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, LiteralString

from psycopg import Connection
from psycopg.rows import args_row, class_row

from hansatsu.database.arrays import binaries, booleans, integers, texts
from hansatsu.ledger.outcomes import PaymentResult
from hansatsu.ledger.values import (
    CancelOutcome,
    Correction,
    CorrectionOutcome,
    ExpiryTakenBack,
    Issue,
    IssueOutcome,
    LaterExpiry,
    LaterExpiryOutcome,
    OwedMessage,
    Payment,
    PaymentCancelled,
    PaymentOutcome,
    PaymentToCancel,
    Refund,
    RefundOutcome,
    Reinstatement,
    ReinstatementOutcome,
    Request,
    Reversal,
    ReversalOutcome,
    StateChange,
    StateOutcome,
    TransferOutcome,
    UnexpireOutcome,
    Use,
)
from hansatsu.system.awake import Awake

_COLUMNS: LiteralString = """
    select outcome, wallet_id, seq, number, at, amount, refs, emoneys, amounts, codes, balance,
        available
"""
PAY_SET: LiteralString = (
    _COLUMNS
    + """
    from ledger.pay_set_v4(
        %s::text[], %s::text[], %s::bytea[], %s::integer[], %s::integer[], %s::bigint[],
        %s::bigint[], %s::bigint[], %s::bigint[], %s::text[], %s::boolean[], %s::boolean)
    """
)
PAY_ALONE: LiteralString = (
    _COLUMNS
    + """
    from ledger.pay_alone_v1(
        %s::text, %s::text, %s::bytea, %s::integer, %s::integer, %s::bigint, %s::bigint,
        %s::bigint, %s::bigint, %s::text, %s::boolean, %s::boolean)
    """
)


def pay_set(connection: Connection[Any], payments: Sequence[Payment]) -> list[PaymentOutcome]:
    """Decide and write payments of different wallets with different keys, in their order: each
    `paid`, or why not (`PaymentResult`). What another transaction holds is waited for."""
    with connection.cursor(row_factory=args_row(payment_outcome), binary=True) as cursor:
        return cursor.execute(PAY_SET, payment_columns(payments), prepare=True).fetchall()


def pay(connection: Connection[Any], payment: Payment) -> PaymentOutcome:
    """Decide and write one payment: `paid`, or why not (`PaymentResult`). What another transaction
    holds is waited for, as long as the connection's lock_timeout allows."""
    with connection.cursor(row_factory=args_row(payment_outcome), binary=True) as cursor:
        row = cursor.execute(PAY_ALONE, payment_fields(payment), prepare=True).fetchone()
    if row is None:
        raise AssertionError("pay_alone_v1 answers with a row")
    return row


def payment_fields(p: Payment, *, free: bool = False) -> list[object]:
    """The parameters of pay_alone_v1, numbers as text: see `integers`. `free`: what another
    transaction holds is not waited for ('try_again')."""
    return [
        p.request.actor,
        p.request.key,
        p.request.content,
        str(p.issuer_id),
        str(p.shop_id),
        str(p.wallet_id),
        str(p.amount),
        None if p.device is None else str(p.device),
        None if p.step is None else str(p.step),
        p.reference,
        p.reference_once,
        free,
    ]


def rehearse(connection: Connection[Any], payment: Payment) -> PaymentOutcome:
    """What paying would say now, by paying and taking it all back: the rule stands once. The
    wallet is locked for that moment, and a 決済ID is left out."""
    with connection.transaction(force_rollback=True):
        return pay(connection, payment)


def payment_columns(payments: Sequence[Payment], *, free: bool = False) -> list[object]:
    """The parallel arrays of pay_set_v4. `free`: what another transaction holds is left out
    ('try_again') instead of waited for."""
    return [
        texts(p.request.actor for p in payments),
        texts(p.request.key for p in payments),
        binaries(p.request.content for p in payments),
        integers(p.issuer_id for p in payments),
        integers(p.shop_id for p in payments),
        integers(p.wallet_id for p in payments),
        integers(p.amount for p in payments),
        integers(p.device for p in payments),
        integers(p.step for p in payments),
        texts(p.reference for p in payments),
        booleans(p.reference_once for p in payments),
        free,
    ]


def payment_outcome(
    outcome: PaymentResult,
    wallet_id: int,
    seq: int | None,
    number: str | None,
    at: datetime | None,
    amount: int,
    lots: list[int] | None,
    emoneys: list[int] | None,
    amounts: list[int] | None,
    codes: list[str] | None,
    balance: int | None,
    available: int | None,
) -> PaymentOutcome:
    """A row of pay_set_v4 or pay_alone_v1 as a value."""
    uses = tuple(map(Use, lots or (), emoneys or (), amounts or ()))
    return PaymentOutcome(
        outcome, wallet_id, seq, number, at, amount, uses, balance, available, tuple(codes or ())
    )


def issue_set(connection: Connection[Any], issues: Sequence[Issue]) -> list[IssueOutcome]:
    """Make value for different wallets with different keys, in their order: each `issued`, or why
    not (`IssueResult`)."""
    lots = [(place, lot) for place, issue in enumerate(issues, 1) for lot in issue.lots]
    with connection.cursor(row_factory=class_row(IssueOutcome)) as cursor:
        return cursor.execute(
            """
            select outcome, wallet_id, seq, at from ledger.issue_set_v4(
                %s::text[], %s::text[], %s::bytea[], %s::integer[], %s::bigint[],
                %s::integer[], %s::integer[], %s::bigint[], %s::timestamptz[], %s::bigint[])
            """,
            [
                [i.request.actor for i in issues],
                [i.request.key for i in issues],
                [i.request.content for i in issues],
                integers(i.issuer_id for i in issues),
                integers(i.wallet_id for i in issues),
                integers(place for place, _ in lots),
                integers(lot.emoney_id for _, lot in lots),
                integers(lot.amount for _, lot in lots),
                [lot.expires_at for _, lot in lots],
                integers(lot.paid for _, lot in lots),
            ],
        ).fetchall()


def refund(connection: Connection[Any], refund: Refund) -> RefundOutcome:
    """Give a payment back, in whole or in part, to the lots it came from: `refunded`, or why not
    (`RefundResult`)."""
    with connection.cursor(row_factory=class_row(RefundOutcome)) as cursor:
        return cursor.execute(
            """
            select outcome, wallet_id, seq, number, at, amount, expired as expired_amount,
                reversed as reversed_amount, left_over
            from ledger.refund_v4(%s, %s, %s, %s, %s, %s, %s, %s)
            """,
            [
                refund.request.actor,
                refund.request.key,
                refund.request.content,
                refund.issuer_id,
                refund.number,
                refund.amount,
                refund.shop_id,
                refund.reason,
            ],
        ).fetchall()[0]


def reverse_issue(connection: Connection[Any], reversal: Reversal) -> ReversalOutcome:
    """Take a whole issue back, what is left from the lots, what is gone from the issuer:
    `reversed`, or why not (`ReversalResult`)."""
    with connection.cursor(row_factory=class_row(ReversalOutcome)) as cursor:
        return cursor.execute(
            """
            select outcome, wallet_id, seq, at, taken, lost
            from ledger.reverse_issue_v2(%s, %s, %s, %s, %s, %s, %s, %s)
            """,
            [
                reversal.request.actor,
                reversal.request.key,
                reversal.request.content,
                reversal.issuer_id,
                reversal.wallet_id,
                reversal.seq,
                reversal.only_unspent,
                reversal.reason,
            ],
        ).fetchall()[0]


def reinstate_issue(connection: Connection[Any], again: Reinstatement) -> ReinstatementOutcome:
    """Have a reversed issue count again, its value back in its lots: `reinstated`, or why not
    (`ReinstatementResult`)."""
    with connection.cursor(row_factory=class_row(ReinstatementOutcome)) as cursor:
        return cursor.execute(
            """
            select outcome, wallet_id, seq, at, given, expired as expired_amount
            from ledger.reinstate_issue_v2(%s, %s, %s, %s, %s, %s, %s)
            """,
            [
                again.request.actor,
                again.request.key,
                again.request.content,
                again.issuer_id,
                again.wallet_id,
                again.seq,
                again.reason,
            ],
        ).fetchall()[0]


def correct(connection: Connection[Any], correction: Correction) -> CorrectionOutcome:
    """Mend a mistake in a wallet, against the issuer's correction account: `corrected`, or why not
    (`CorrectionResult`)."""
    with connection.cursor(row_factory=class_row(CorrectionOutcome)) as cursor:
        return cursor.execute(
            """
            select outcome, wallet_id, seq, at
            from ledger.correct_v3(%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
            """,
            [
                correction.request.actor,
                correction.request.key,
                correction.request.content,
                correction.issuer_id,
                correction.wallet_id,
                correction.amount,
                correction.lot_id,
                correction.emoney_id,
                correction.expires_at,
                correction.reason,
            ],
        ).fetchall()[0]


def move_expiry(connection: Connection[Any], later: LaterExpiry) -> LaterExpiryOutcome:
    """Have a living lot die later: `moved`, or why not (`MoveExpiryResult`)."""
    with connection.cursor(row_factory=class_row(LaterExpiryOutcome)) as cursor:
        return cursor.execute(
            """
            select outcome, wallet_id, seq, at
            from ledger.move_expiry_v1(%s, %s, %s, %s, %s, %s, %s, %s, %s)
            """,
            [
                later.request.actor,
                later.request.key,
                later.request.content,
                later.issuer_id,
                later.wallet_id,
                later.lot_id,
                later.expires_at,
                later.is_exempt,
                later.reason,
            ],
        ).fetchall()[0]


def unexpire(connection: Connection[Any], back: ExpiryTakenBack) -> UnexpireOutcome:
    """Give a wrongly booked 失効 back into its very lots: `unexpired`, or why not
    (`UnexpireResult`)."""
    with connection.cursor(row_factory=class_row(UnexpireOutcome)) as cursor:
        return cursor.execute(
            """
            select outcome, wallet_id, seq, at, amount
            from ledger.unexpire_v1(%s, %s, %s, %s, %s, %s, %s, %s, %s)
            """,
            [
                back.request.actor,
                back.request.key,
                back.request.content,
                back.issuer_id,
                back.wallet_id,
                back.seq,
                back.expires_at,
                back.is_exempt,
                back.reason,
            ],
        ).fetchall()[0]


def cancel(connection: Connection[Any], actor: str, key: str) -> CancelOutcome:
    """Settle a request whose outcome is not known: `cancelled`, `done` or `given_back`
    (`CancelResult`); final either way."""
    with connection.cursor(row_factory=class_row(CancelOutcome)) as cursor:
        return cursor.execute(
            "select outcome, wallet_id, seq from ledger.cancel_v3(%s, %s)", [actor, key]
        ).fetchall()[0]


def cancel_payment(connection: Connection[Any], payment: PaymentToCancel) -> PaymentCancelled:
    """Undo a payment whose outcome its maker does not know: `cancelled` or `refunded`, both final,
    or why not (`CancelPaymentResult`)."""
    with connection.cursor(row_factory=class_row(PaymentCancelled)) as cursor:
        return cursor.execute(
            """
            select outcome, number, refund_number, at, amount, expired as expired_amount,
                reversed as reversed_amount
            from ledger.cancel_payment_v3(%s, %s, %s, %s, %s, %s::text[], %s)
            """,
            [
                payment.actor,
                payment.key,
                payment.issuer_id,
                payment.shop_id,
                payment.since,
                list(payment.others),
                payment.note,
            ],
        ).fetchall()[0]


def transfer(
    connection: Connection[Any],
    *,
    request: Request,
    issuer_id: int,
    source: int,
    target: int,
    even_frozen: bool = False,
    reason: str | None = None,
) -> TransferOutcome:
    """Move the whole content of wallet `source` into `target` and close `source`: `transferred`, or
    why not (`TransferResult`)."""
    with connection.cursor(row_factory=class_row(TransferOutcome)) as cursor:
        return cursor.execute(
            """
            select outcome, wallet_id, seq, at, amount
            from ledger.transfer_v3(%s, %s, %s, %s, %s, %s, %s, %s)
            """,
            [
                request.actor,
                request.key,
                request.content,
                issuer_id,
                source,
                target,
                even_frozen,
                reason,
            ],
        ).fetchall()[0]


def change_state(
    connection: Connection[Any],
    change: StateChange,
    *,
    request: Request,
    issuer_id: int,
    wallet_id: int,
    reason: str,
) -> StateOutcome:
    """Freeze, unfreeze or close a wallet: `done`, or why not (`StateResult`)."""
    with connection.cursor(row_factory=class_row(StateOutcome)) as cursor:
        return cursor.execute(
            """
            select outcome, wallet_id, seq
            from ledger.set_state_v2(%s, %s, %s, %s, %s, %s::ledger.entry_kind, %s)
            """,
            [request.actor, request.key, request.content, issuer_id, wallet_id, change, reason],
        ).fetchall()[0]


def expire_due(
    connection: Connection[Any], limit: int = 500, *, awake: Awake | None = None
) -> int | None:
    """Book dead value as 失効 in up to `limit` wallets; returns how many were swept. None, and
    nothing was done, when the clock has jumped ahead of what a machine has counted (`awake`)."""
    boot = (None, None) if awake is None else (awake.boot_id, awake.seconds)
    rows = connection.execute("select ledger.expire_due_v2(%s, %s, %s)", [limit, *boot])
    swept: int | None = rows.fetchall()[0][0]
    return swept


def take_outbox(connection: Connection[Any], limit: int) -> list[OwedMessage]:
    """Take entries that owe a message; they are owed again if the transaction rolls back."""
    with connection.cursor(row_factory=class_row(OwedMessage)) as cursor:
        return cursor.execute("select * from ledger.take_outbox_v3(%s)", [limit]).fetchall()
