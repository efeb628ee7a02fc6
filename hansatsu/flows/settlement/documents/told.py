"""A statement as shops' machines are told of it: the same object in the API's answers and in the
webhook.

Amounts are integer yen; those of ``lines`` are signed as they are added, and their sum is
``payout`` + ``carry``. Nothing says where it is paid to.
"""

from collections.abc import Sequence
from typing import Any, Literal, TypedDict

from hansatsu.flows.settlement.documents.content import Figure, StatementContent, contents_of
from hansatsu.flows.settlement.standing import Standing
from hansatsu.messages.payment_object import moment_told

State = Literal["waiting", "held", "in_progress", "paid", "carried", "nothing"]

STATES: dict[Standing, State] = {
    Standing.WAITING: "waiting",
    Standing.HELD: "held",
    Standing.NO_ACCOUNT: "held",
    Standing.FAILED: "held",
    Standing.IN_RUN: "in_progress",
    Standing.PAID: "paid",
    Standing.CARRIED: "carried",
    Standing.NOTHING: "nothing",
}


class SumTold(TypedDict):
    """How many, and how many yen."""

    count: int
    amount: int


class LineTold(TypedDict):
    """A term of the sum. ``name`` is of the emoney or fee class, ``reason`` and ``payment`` of an
    adjustment, ``base`` the yen that a fee is taken of."""

    kind: str
    name: str | None
    count: int | None
    base: int | None
    amount: int
    reason: str | None
    payment: str | None


class ProofTold(TypedDict):
    """What proves that the statement stands in its closing."""

    leaf: str
    digits: str
    url: str


class SettlementTold(TypedDict):
    """A statement; ``first_day`` is null for a shop's first one, which holds all that was before.
    ``tax_rate`` is in hundredths of a per cent."""

    id: str
    closing: int
    kind: Literal["regular", "on_demand"]
    shop: str
    first_day: str | None
    last_day: str
    starts_at: str
    ends_at: str
    opening: int
    payments: SumTold
    refunds: SumTold
    adjustments: int
    fee: int
    tax: int
    tax_rate: int
    payout: int
    carry: int
    state: State
    pay_on: str | None
    paid_at: str | None
    lines: list[LineTold]
    proof: ProofTold


def settlements_told(statements: Sequence[Any]) -> list[SettlementTold]:
    """Statements that come with their ``standing``, as they are now, in their order."""
    return [
        _told(statement, content)
        for statement, content in zip(statements, contents_of(statements), strict=True)
    ]


def _told(statement: Any, content: StatementContent) -> SettlementTold:
    payable = getattr(statement, "payable", None)
    paid_at = payable.paid_at if payable else None
    return SettlementTold(
        id=content.number,
        closing=content.closing_number,
        kind="on_demand" if content.is_on_demand else "regular",
        shop=content.shop_code,
        first_day=content.first_day.isoformat() if content.first_day else None,
        last_day=content.last_day.isoformat(),
        starts_at=moment_told(content.starts_at),
        ends_at=moment_told(content.ends_at),
        opening=content.opening,
        payments=SumTold(count=content.payment_count, amount=content.payments),
        refunds=SumTold(count=content.refund_count, amount=content.refunds),
        adjustments=content.adjustments,
        fee=content.fee,
        tax=content.tax,
        tax_rate=content.tax_rate,
        payout=content.payout,
        carry=content.carry,
        state=STATES[Standing(statement.standing)],
        pay_on=payable.due_on.isoformat() if payable else None,
        paid_at=moment_told(paid_at) if paid_at else None,
        lines=[_line(each) for each in content.figures],
        proof=ProofTold(leaf=content.leaf.hex(), digits=content.digits, url=content.proof_address),
    )


def _line(figure: Figure) -> LineTold:
    is_fee = figure.kind in ("fee", "on_demand")
    return LineTold(
        kind=figure.kind,
        name=figure.name or None,
        count=figure.count,
        base=figure.base if is_fee else None,
        amount=figure.amount,
        reason=figure.detail if figure.kind == "adjustment" else None,
        payment=figure.payment_number or None,
    )
