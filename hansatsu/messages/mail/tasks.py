"""The worker's jobs for mails. procrastinate finds this module by its name."""

from procrastinate import JobContext
from procrastinate.contrib.django import app

from hansatsu.database.clock_jobs import periodic
from hansatsu.messages.mail import shop_notices
from hansatsu.messages.mail.carrying import carry_on
from hansatsu.messages.mail.delivery import deliver
from hansatsu.messages.mail.queue import MAIL_QUEUE, SEND_MAIL
from hansatsu.messages.mail.retries import Forever


@app.task(name=SEND_MAIL, queue=MAIL_QUEUE, retry=Forever(), pass_context=True)
def send_mail(context: JobContext, mail_id: int) -> None:
    """Send a mail, and then others that wait."""
    deliver(mail_id)
    assert context.job.worker_id is not None  # a worker fetched it
    carry_on(context.job.worker_id)


@periodic("tell_shops")
def tell_shops() -> None:
    """Write to shops whose account or mail address has changed."""
    shop_notices.tell_shops()
