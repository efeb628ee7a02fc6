"""What is kept of settling."""

from hansatsu.flows.settlement.models.closing import (
    BEGINNING,
    Closing,
    ClosingKind,
    LineKind,
    Payable,
    PayableState,
    Statement,
    StatementLine,
)
from hansatsu.flows.settlement.models.owed import (
    Adjustment,
    AdjustmentKind,
    AdjustmentLine,
    Hold,
)
from hansatsu.flows.settlement.models.reconciliation import (
    COMING_IN,
    GOING_OUT,
    BankLine,
    BankLineKind,
    LineSource,
    Reconciliation,
    ReconciliationState,
)
from hansatsu.flows.settlement.models.request import PayoutRequest, RequestState
from hansatsu.flows.settlement.models.rules import (
    MOST_BASIS_POINTS,
    MOST_FIXED,
    BankDayShift,
    FeeBearer,
    FeeClass,
    LineEnding,
    SettlementRules,
    ShopFeeClass,
)
from hansatsu.flows.settlement.models.run import (
    PayoutRow,
    PayoutRun,
    RowOutcome,
    RunFetch,
    RunState,
)
from hansatsu.flows.settlement.models.statement_files import StatementFiles, StatementFilesPart

__all__ = [
    "BEGINNING",
    "COMING_IN",
    "GOING_OUT",
    "MOST_BASIS_POINTS",
    "MOST_FIXED",
    "Adjustment",
    "AdjustmentKind",
    "AdjustmentLine",
    "BankDayShift",
    "BankLine",
    "BankLineKind",
    "Closing",
    "ClosingKind",
    "FeeBearer",
    "FeeClass",
    "Hold",
    "LineEnding",
    "LineKind",
    "LineSource",
    "Payable",
    "PayableState",
    "PayoutRequest",
    "PayoutRow",
    "PayoutRun",
    "Reconciliation",
    "ReconciliationState",
    "RequestState",
    "RowOutcome",
    "RunFetch",
    "RunState",
    "SettlementRules",
    "ShopFeeClass",
    "Statement",
    "StatementFiles",
    "StatementFilesPart",
    "StatementLine",
]
