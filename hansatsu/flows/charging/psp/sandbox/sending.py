"""The sandbox's webhooks: queued with what they tell of, sent over HTTP by the worker."""

import json
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.manager import JobManager
from procrastinate.tasks import configure_task

from hansatsu.flows.charging.psp.sandbox import signing

QUEUE = "sandbox"
TASK = "send_sandbox_webhook"
PATIENCE = 10
"""Seconds until an answer counts as none."""


class NotTakenError(Exception):
    """The receiver did not say 2xx; to be sent again later."""


def queue_webhook(account: str, told: Mapping[str, Any], *, seconds: int = 0) -> None:
    """Send this to the issuer's address after ``seconds``, once the transaction is committed."""
    task = configure_task(
        name=TASK,
        job_manager=JobManager(DjangoConnector()),
        queue=QUEUE,
        schedule_in={"seconds": seconds},
    )
    task.defer(account=account, body=json.dumps(dict(told)))


def send(account: str, body: str, secret: str) -> None:
    """Send one webhook, signed now.

    Raises:
        NotTakenError: when it did not arrive.
    """
    address = f"{settings.SITE_URL}/psp/sandbox/{account}/webhook/"
    content = body.encode()
    headers = {
        "Content-Type": "application/json",
        signing.HEADER: signing.sign(content, secret, int(time.time())),
    }
    request = urllib.request.Request(address, content, headers, method="POST")  # noqa: S310 - ours
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE):  # noqa: S310
            return
    except (urllib.error.URLError, TimeoutError, OSError) as error:
        raise NotTakenError(str(error)) from error
