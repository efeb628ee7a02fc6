"""The relay: from the ledger's outbox to mails and their jobs, and to webhooks.

A payment writes an outbox row and nothing more. The relay takes up such rows, writes the mails
and queues them, and what shops' servers are to be told, in one transaction: when it is killed at
any moment, either all of that has happened, or none and the rows are still owed.
"""

from collections.abc import Sequence

from django.db import transaction

from hansatsu.database.connections import ledger_connection
from hansatsu.ledger import api as ledger
from hansatsu.messages.mail.letters import write_mails
from hansatsu.messages.mail.models import Mail
from hansatsu.messages.mail.phrases import MAILED
from hansatsu.messages.mail.queue import queue_mails
from hansatsu.messages.webhooks.fan_out import fan_out
from hansatsu.parties.identity.models import Resident

NOWHERE = ".invalid"
"""How addresses end that are made never to lead anywhere (RFC 2606): those of practice."""

BATCH = 1_000
"""Entries taken up in one transaction."""


def relay_batch(limit: int = BATCH) -> int:
    """Take up to ``limit`` owed entries; returns how many were taken, 0 when nothing is owed.

    An entry of a card, whose holder nobody knows, or of a kind that is not mailed, is marked
    delivered without a mail. So is one whose mail was written with it, by who knew more of it (a
    purchase). Shops are told of cards' payments as of all others.
    """
    with transaction.atomic():
        owed = ledger.take_outbox(ledger_connection(), limit)
        told = _told(owed)
        mailed = [
            each for each in owed if each.kind in MAILED and (each.wallet_id, each.seq) not in told
        ]
        residents = {
            resident.wallet_id: resident
            for resident in Resident.objects.prefetch_related("issuer")
            .filter(wallet_id__in={each.wallet_id for each in mailed}, closed_at=None)
            .exclude(email__endswith=NOWHERE)
        }
        mails = _mails(residents, [each for each in mailed if each.wallet_id in residents])
        queue_mails(mail.pk for mail in Mail.objects.bulk_create(mails))
        fan_out(owed)
    return len(owed)


def _told(owed: Sequence[ledger.OwedMessage]) -> set[tuple[int, int]]:
    """Wallet and seq of the issues that have their mail already."""
    issued = {each.wallet_id for each in owed if each.kind == "issue"}
    told = Mail.objects.filter(kind="issue", wallet_id__in=issued) if issued else ()
    return {(mail.wallet_id, mail.seq) for mail in told if mail.wallet_id and mail.seq}


def _mails(residents: dict[int, Resident], owed: Sequence[ledger.OwedMessage]) -> list[Mail]:
    places = [(each.wallet_id, each.seq) for each in owed]
    entries = {
        (entry.wallet_id, entry.seq): entry
        for entry in (ledger.entries_at(ledger_connection(), places) if places else ())
    }
    lost = [place for place in places if place not in entries]
    if lost:
        raise LookupError(f"the outbox owes entries which are not there: {lost[:5]}")
    return write_mails([(residents[place[0]], entries[place]) for place in places])
