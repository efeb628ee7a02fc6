"""Telling shops that their statement is there: by mail to the address that they gave to the
office, and their servers by webhook.

What a closing wrote waits with ``told_at`` empty. Whoever tells holds the rows: mails, messages and
``told_at`` are one transaction, and of two workers each statement is one's.
"""

from collections.abc import Sequence
from typing import Any, Final

from django.db import transaction
from django.utils import translation

from hansatsu.flows.settlement.documents.content import contents_of
from hansatsu.flows.settlement.documents.told import settlements_told
from hansatsu.flows.settlement.letters import post_statement
from hansatsu.flows.settlement.models import Statement
from hansatsu.flows.settlement.standing import with_standing
from hansatsu.messages.webhooks.announcing import Announced, announce
from hansatsu.messages.webhooks.events import SETTLEMENT_CLOSED
from hansatsu.parties import clock
from hansatsu.parties.issuers.models import Issuer

BATCH: Final = 500
"""Statements told of in one transaction."""


def tell_all(issuer: Issuer) -> int:
    """Tell the shops of all statements of the issuer that wait for it; how many there were."""
    told = 0
    while count := tell_batch(issuer):
        told += count
    return told


def tell_batch(issuer: Issuer) -> int:
    """Tell of up to ``BATCH`` statements, the oldest first; how many, 0 when none waits that nobody
    else is telling of."""
    with transaction.atomic():
        mine = list(_held(issuer).values_list("pk", flat=True)[:BATCH])
        rows = list(
            with_standing(issuer, Statement.objects.of(issuer).filter(pk__in=mine))
            .select_related("closing", "payable", "shop__issuer")
            .order_by("pk")
        )
        _write(rows)
        announce(SETTLEMENT_CLOSED, [_announced(row) for row in rows])
        Statement.objects.of(issuer).filter(pk__in=mine).update(told_at=clock.now())
    return len(rows)


def _held(issuer: Issuer) -> Any:
    """Statements that nobody has told of, or is telling of now, for the rest of the transaction."""
    waiting = Statement.objects.of(issuer).filter(told_at=None).order_by("pk")
    return waiting.select_for_update(of=("self",), no_key=True, skip_locked=True)


def _write(rows: Sequence[Any]) -> None:
    """Mails to those that have an address; a shop that took nothing and owes nothing is left in
    peace."""
    reachable = [row for row in rows if row.shop.contact_email]
    with translation.override("ja"):
        for row, content in zip(reachable, contents_of(reachable), strict=True):
            if content.figures:
                post_statement(row.shop, content)


def _announced(row: Any) -> Announced:
    return Announced(
        shop=row.shop,
        object_id=row.number,
        at=row.closing.made_at,
        version=1,
        tell=lambda: settlements_told([row])[0],
    )
