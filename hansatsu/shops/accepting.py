"""Which shops take an emoney, from when until when: set for many shops at once."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from hansatsu.database.connections import ledger_connection
from hansatsu.issuers.audit import Actor, Value, audit
from hansatsu.ledger import api as ledger
from hansatsu.programs.models import Emoney
from hansatsu.shops.locking import lock_shops
from hansatsu.shops.models import Shop


def accept(
    by: Actor,
    emoney: Emoney,
    shops: Sequence[Shop],
    *,
    start: datetime | None,
    end: datetime | None,
    reason: str,
) -> bool:
    """Have open shops take it from ``start`` (now when None) until ``end`` (open when None); False,
    and nothing is changed, when one of them is stopped.

    Raises:
        ValueError: when it would end before it begins, or a shop is another issuer's.
    """
    now = ledger.now(ledger_connection())
    if end is not None and end <= max(start or now, now):
        raise ValueError("an acceptance ends after it begins")
    _check(by, emoney, shops)
    with transaction.atomic():
        if not all(locked.open for locked in lock_shops(shops)):
            return False
        ledger.set_acceptances(
            ledger_connection(),
            issuer_id=by.issuer.pk,
            pairs=[(shop.pk, emoney.pk) for shop in shops],
            start=start,
            end=end,
        )
        after: dict[str, Value] = {
            "count": len(shops),
            "from": (start or now).isoformat(),
            "until": end.isoformat() if end else None,
        }
        audit(by, "emoney_accepted", f"emoney:{emoney.pk}", reason=reason, after=after)
    return True


def accept_no_more(by: Actor, emoney: Emoney, shops: Sequence[Shop], *, reason: str) -> None:
    """Have shops take it no more, whatever was planned."""
    with transaction.atomic():
        ledger.end_acceptances(
            ledger_connection(),
            issuer_id=by.issuer.pk,
            pairs=[(shop.pk, emoney.pk) for shop in shops],
        )
        after: dict[str, Value] = {"count": len(shops)}
        audit(by, "emoney_not_accepted", f"emoney:{emoney.pk}", reason=reason, after=after)


def _check(by: Actor, emoney: Emoney, shops: Sequence[Shop]) -> None:
    owners = {emoney.issuer_id, *(shop.issuer_id for shop in shops)}
    if owners != {by.issuer.pk}:
        raise ValueError("only the issuer's shops take its emoneys")
