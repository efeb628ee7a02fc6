"""What the worker does: jobs from the queue, and what comes round by the clock.

procrastinate finds this module by its name.
"""

from procrastinate.contrib.django import app

from hansatsu.database.connections import ledger_connection
from hansatsu.flows.payments.shortages import forget_shortages
from hansatsu.ledger import api as ledger
from hansatsu.messages.mail.delivery import deliver
from hansatsu.messages.mail.queue import MAIL_QUEUE, SEND_MAIL
from hansatsu.messages.mail.retries import Forever
from hansatsu.messages.relay.clock_watch import tell_of_clock
from hansatsu.messages.relay.disabled_webhooks import tell_of_disabled
from hansatsu.messages.webhooks.retention import forget_old_messages
from hansatsu.parties.identity.mailed_links import forget_old_links
from hansatsu.parties.identity.retention import forget_old_traces
from hansatsu.parties.shops.batches import forget_old_drafts
from hansatsu.system.awake import awake

BY_CLOCK = "clock"
"""The queue of what comes round by the clock."""


@app.task(name=SEND_MAIL, queue=MAIL_QUEUE, retry=Forever())
def send_mail(mail_id: int) -> None:
    """Send a mail."""
    deliver(mail_id)


@app.periodic(cron="* * * * *")
@app.task(name="expire_due", queue=BY_CLOCK, queueing_lock="expire_due")
def expire_due(timestamp: int) -> None:
    """Book value that has reached its expiry as 失効, every minute. Spending it was impossible
    from that second on; this is for the books and the mail. A clock that has jumped ends it."""
    while ledger.expire_due(ledger_connection(), awake=awake()):
        pass


@app.periodic(cron="* * * * *")
@app.task(name="watch_clock", queue=BY_CLOCK, queueing_lock="watch_clock")
def watch_clock(timestamp: int) -> None:
    """Tell of a clock that jumped ahead, and of wallets that it has touched."""
    tell_of_clock()


@app.periodic(cron="17 * * * *")
@app.task(name="forget_old_failures", queue=BY_CLOCK, queueing_lock="forget_old_failures")
def forget_failures(timestamp: int) -> None:
    """Delete what log-ins, tries to pay and drafts have left behind and no longer matters."""
    forget_old_traces()
    forget_shortages()
    forget_old_drafts()


@app.periodic(cron="37 * * * *")
@app.task(name="forget_old_links", queue=BY_CLOCK, queueing_lock="forget_old_links")
def forget_links(timestamp: int) -> None:
    """Empty and delete the links of mails that have ended."""
    forget_old_links()


@app.periodic(cron="47 * * * *")
@app.task(name="forget_old_webhooks", queue=BY_CLOCK, queueing_lock="forget_old_webhooks")
def forget_webhooks(timestamp: int) -> None:
    """Delete what shops' servers were told long ago."""
    while forget_old_messages():
        pass


@app.periodic(cron="* * * * *")
@app.task(name="tell_of_disabled_webhooks", queue=BY_CLOCK, queueing_lock="tell_of_disabled")
def tell_of_disabled_webhooks(timestamp: int) -> None:
    """Write to those whose webhook endpoints were disabled."""
    tell_of_disabled()
