"""Seeding: the two towns, made once, and their description for ``demo.json``."""

import logging
from typing import Any

from django.db import connection, transaction

from hansatsu.database.connections import ledger_connection
from hansatsu.demo.clock import shifted_clock
from hansatsu.demo.description import describe
from hansatsu.demo.town import oyama, settling, tennozu
from hansatsu.demo.town.issuers import OYAMA
from hansatsu.flows.charging.psp.sandbox.sending import TASK as SANDBOX_WEBHOOK
from hansatsu.ledger import api as ledger
from hansatsu.messages.mail.models import Mail
from hansatsu.messages.mail.queue import SEND_MAIL
from hansatsu.parties.issuers.selectors import find_issuer

logger = logging.getLogger(__name__)


def seed() -> dict[str, Any]:
    """Make the towns unless they are there, and describe them as in ``demo.json``.

    All but how they settle is one transaction: a seed that is killed leaves nothing, and the next
    one starts anew; what is left to settle it goes on with. Run it before worker and pages: the
    ledger's clock is shifted meanwhile.
    """
    with shifted_clock() as clock:
        today = ledger.now(ledger_connection())
        with transaction.atomic():
            if find_issuer(OYAMA.code) is None:
                oyama.build(clock, today)
                tennozu.build(clock, today)
                owed = _owe_no_mails()
                _send_nothing_of_the_past()
                logger.info("the demo's towns are made", extra={"entries": owed})
        if settling.go_on(clock, today):
            _send_nothing_of_the_past()
    return describe()


def _owe_no_mails() -> int:
    """Mark what the history owes as told, without a mail: hundreds of mails about payments of
    months ago would arrive today and bury those of what a visitor does. Returns how many."""
    owed = 0
    while taken := ledger.take_outbox(ledger_connection(), 1000):
        owed += len(taken)
    return owed


def _send_nothing_of_the_past() -> None:
    """Drop the mails about orders of weeks ago, and the sandbox's webhooks: what they tell was
    found by asking."""
    Mail.objects.all().delete()
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM procrastinate_jobs WHERE task_name IN (%s, %s)",
            [SEND_MAIL, SANDBOX_WEBHOOK],
        )
