"""A shop's till without its pages: what its cashier does, done through the services."""

from typing import TYPE_CHECKING

from hansatsu.ledger import api as ledger

if TYPE_CHECKING:
    from hansatsu.flows.payments.codes import Reading
    from hansatsu.flows.payments.till import TillIntent
    from hansatsu.parties.shops.models import Terminal
    from tests.town import Town


def read(town: "Town", digits: str) -> "Reading":
    """Scan a code at a fresh terminal."""
    from hansatsu.flows.payments.codes import read_code

    return read_code(town.terminal(), digits)


def pay_by_code(town: "Town", digits: str, amount: int) -> ledger.PaymentOutcome:
    """Scan a code and confirm."""
    from hansatsu.flows.payments.codes import read_code
    from hansatsu.flows.payments.till import make_till_intent, new_key, pay_at_till

    terminal = town.terminal()
    reading = read_code(terminal, digits)
    assert reading.payer is not None, reading
    intent = make_till_intent(terminal, 0, reading.payer, amount, new_key())
    return pay_at_till(terminal, intent, known=shown_before(terminal, intent))


def shown_before(terminal: "Terminal", intent: "TillIntent") -> str:
    """決済ID of the equal payment that the confirm page shows now; empty when it shows none."""
    from hansatsu.flows.payments.paid_before import paid_before

    before = paid_before(terminal.issuer_id, intent.wallet, terminal.shop_id, intent.amount)
    return "" if before is None else before.number
