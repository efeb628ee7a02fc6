"""Putting mails into the job queue, in the caller's transaction.

The jobs are made over Django's own connection, also inside the worker, where procrastinate's
application has a connection pool of its own: a mail and its job are committed together.
"""

from collections.abc import Iterable

from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.manager import JobManager
from procrastinate.tasks import configure_task
from procrastinate.types import JSONDict

MAIL_QUEUE = "mail"
SEND_MAIL = "send_mail"


def queue_mails(mail_ids: Iterable[int]) -> None:
    """Have the worker send these mails once the transaction is committed."""
    jobs: list[JSONDict] = [{"mail_id": mail_id} for mail_id in mail_ids]
    if jobs:
        manager = JobManager(DjangoConnector())
        configure_task(name=SEND_MAIL, job_manager=manager, queue=MAIL_QUEUE).batch_defer(*jobs)
