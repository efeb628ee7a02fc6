"""What pages and mails ask about wallets."""

from hansatsu.formats.japan import in_japan, last_day
from hansatsu.parties.wallets.balance import (
    BalancePage,
    BandTotal,
    EmoneyTotal,
    LotRow,
    Soonest,
    TopBalance,
    balance_page,
    top_balance,
    total_balance,
)
from hansatsu.parties.wallets.history import (
    HistoryLine,
    HistoryPage,
    HistoryRow,
    PaymentDetail,
    Show,
    history_page,
    history_rows,
    payment_detail,
)
from hansatsu.parties.wallets.spending import SpendPreview, SpendUse, spend_preview

__all__ = [
    "BalancePage",
    "BandTotal",
    "EmoneyTotal",
    "HistoryLine",
    "HistoryPage",
    "HistoryRow",
    "LotRow",
    "PaymentDetail",
    "Show",
    "Soonest",
    "SpendPreview",
    "SpendUse",
    "TopBalance",
    "balance_page",
    "history_page",
    "history_rows",
    "in_japan",
    "last_day",
    "payment_detail",
    "spend_preview",
    "top_balance",
    "total_balance",
]
