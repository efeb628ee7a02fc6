"""What shops' servers can be told of."""

PAYMENT_PAID = "payment.paid"
PAYMENT_REFUNDED = "payment.refunded"
SETTLEMENT_CLOSED = "settlement.closed"
TEST = "webhook.test"
"""Sent to one endpoint when somebody asks for it; no endpoint subscribes to it."""

SUBSCRIBABLE = (PAYMENT_PAID, PAYMENT_REFUNDED, SETTLEMENT_CLOSED)

OF_ENTRY = {"payment": PAYMENT_PAID, "refund": PAYMENT_REFUNDED}
"""The event that an entry of the ledger is, by its kind. The others concern no shop."""
