"""The worker's job for mails. procrastinate finds this module by its name."""

from procrastinate.contrib.django import app

from hansatsu.messages.mail.delivery import deliver
from hansatsu.messages.mail.queue import MAIL_QUEUE, SEND_MAIL
from hansatsu.messages.mail.retries import Forever


@app.task(name=SEND_MAIL, queue=MAIL_QUEUE, retry=Forever())
def send_mail(mail_id: int) -> None:
    """Send a mail."""
    deliver(mail_id)
