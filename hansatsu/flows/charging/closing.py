"""Having the pages of a paid order closed at the provider, by the worker: it may take its time."""

from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.manager import JobManager
from procrastinate.tasks import configure_task

from hansatsu.flows.charging.models import Order

QUEUE = "pages"
TASK = "close_pages"


def queue_closing(order: Order) -> None:
    """Close them once the transaction is committed; the worker's rounds try again what fails."""
    task = configure_task(name=TASK, job_manager=JobManager(DjangoConnector()), queue=QUEUE)
    task.defer(order_id=order.pk)
