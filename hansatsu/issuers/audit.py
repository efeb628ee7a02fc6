"""The audit log: every act of staff, with who, what, why, before and after, when and from where.

Written in the transaction of the act itself, so neither is there without the other.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from hansatsu.issuers import clock
from hansatsu.issuers.models import AuditEntry, Issuer

CONSOLE = "console"
"""The place of the issuer's own staff."""
SERVER = "server"
"""The place of whoever runs commands."""

Value = str | int | bool | None | list[str]


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, and from where; the fields are those of ``AuditEntry``."""

    issuer: Issuer
    actor: str
    actor_name: str
    place: str
    address: str = ""
    browser: str = ""


def place_of_shop(shop_id: int) -> str:
    """The place of a shop's staff."""
    return f"shop:{shop_id}"


def audit(
    actor: Actor,
    act: str,
    subject: str,
    *,
    reason: str = "",
    before: Mapping[str, Value] | None = None,
    after: Mapping[str, Value] | None = None,
) -> None:
    """Record an act, in the caller's transaction.

    Args:
        actor: who acts.
        act: a short word, such as ``refund``.
        subject: what it is done to, such as ``staff:5``.
        reason: why, in their words.
        before: what was so; no secrets.
        after: what is so from now on; no secrets.
    """
    AuditEntry.objects.create(
        issuer=actor.issuer,
        at=clock.now(),
        act=act,
        actor=actor.actor,
        actor_name=actor.actor_name[:60],
        place=actor.place,
        subject=subject,
        reason=reason[:300],
        before=dict(before or {}),
        after=dict(after or {}),
        address=actor.address[:45],
        browser=actor.browser[:200],
    )


def list_audit(
    issuer: Issuer, *, place: str | None = None, before_id: int | None = None, limit: int = 50
) -> list[AuditEntry]:
    """The acts, newest first.

    Args:
        issuer: whose staff's.
        place: of one shop or the console only; all when None.
        before_id: go on below this one.
        limit: how many at most.
    """
    entries = AuditEntry.objects.of(issuer).order_by("-id")
    if place is not None:
        entries = entries.filter(place=place)
    if before_id is not None:
        entries = entries.filter(pk__lt=before_id)
    return list(entries[:limit])
