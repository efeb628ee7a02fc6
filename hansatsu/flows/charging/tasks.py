"""The worker's jobs for orders and their money. procrastinate finds this module by its name."""

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from hansatsu.database.clock_jobs import periodic
from hansatsu.database.connections import ledger_connection
from hansatsu.flows.charging import checkouts, closing, paid_parts, polling, refunds
from hansatsu.flows.charging.models import Order
from hansatsu.flows.charging.psp.sandbox import jobs, sending


@periodic("look_after_orders")
def look_after_orders() -> None:
    """Every minute: ask about open orders, have value follow money, remind of deadlines, lapse what
    is over, close pages that nobody must pay."""
    polling.poll_orders()
    polling.follow_money()
    polling.remind_of_deadlines()
    polling.lapse_orders()
    checkouts.close_leftovers()


@periodic("give_back")
def give_back() -> None:
    """Ask providers again for refunds that they have not answered, and payers for the accounts
    that money goes back to."""
    refunds.ask_again()
    refunds.ask_for_accounts()


@periodic("tell_paid_parts", "7 * * * *")
def tell_paid_parts() -> None:
    """Every hour: tell what was paid for lots that the version before has made."""
    paid_parts.tell_unknown(ledger_connection())


@app.task(name=closing.TASK, queue=closing.QUEUE)
def close_pages(order_id: int) -> None:
    """Close the payment pages of an order that was paid another way."""
    checkouts.close_leftovers(Order.objects.get(pk=order_id))


@app.task(
    name=sending.TASK,
    queue=sending.QUEUE,
    retry=RetryStrategy(max_attempts=8, exponential_wait=2),
)
def send_sandbox_webhook(account: str, body: str) -> None:
    """Send a webhook of the sandbox, again and again for some minutes."""
    jobs.send_webhook(account, body)
