"""Orders and what belongs to them."""

from hansatsu.flows.charging.models.account import ProviderAccount
from hansatsu.flows.charging.models.checkout import NOT_OVER, Checkout, CheckoutState
from hansatsu.flows.charging.models.event import ReceivedEvent, Source
from hansatsu.flows.charging.models.order import (
    CODE_HOLDING,
    ENDED,
    OPEN,
    UNPAID,
    Method,
    Order,
    OrderState,
)
from hansatsu.flows.charging.models.payment import PaymentRole, ProviderPayment
from hansatsu.flows.charging.models.task import (
    AWAY,
    LEAVING,
    OWED,
    TO_NOTE,
    Task,
    TaskKind,
    TaskState,
)
from hansatsu.flows.charging.models.transfer import Transfer, TransferState
from hansatsu.flows.charging.psp.sandbox.models import (
    SandboxCheckout,
    SandboxDispute,
    SandboxPayment,
    SandboxRefund,
)

__all__ = [
    "AWAY",
    "CODE_HOLDING",
    "ENDED",
    "LEAVING",
    "NOT_OVER",
    "OPEN",
    "OWED",
    "TO_NOTE",
    "UNPAID",
    "Checkout",
    "CheckoutState",
    "Method",
    "Order",
    "OrderState",
    "PaymentRole",
    "ProviderAccount",
    "ProviderPayment",
    "ReceivedEvent",
    "SandboxCheckout",
    "SandboxDispute",
    "SandboxPayment",
    "SandboxRefund",
    "Source",
    "Task",
    "TaskKind",
    "TaskState",
    "Transfer",
    "TransferState",
]
