"""The worker's job for mails. procrastinate finds this module by its name."""

from procrastinate import JobContext
from procrastinate.contrib.django import app

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
