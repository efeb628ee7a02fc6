"""The audit log: every act of staff, with who, what, why, before and after, when and from where.

Written in the transaction of the act itself, so neither is there without the other.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from hansatsu.parties import clock
from hansatsu.parties.issuers.models import AuditEntry, Issuer
from hansatsu.parties.issuers.names import shop_name

CONSOLE = "console"
"""The place of the issuer's own staff."""
SERVER = "server"
"""The place of a person who runs commands."""

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
    return shop_name(shop_id)


def audit(
    actor: Actor,
    act: str,
    subject: str,
    *,
    reason: str = "",
    before: Mapping[str, Value] | None = None,
    after: Mapping[str, Value] | None = None,
    things: Iterable[str] = (),
) -> None:
    """Record an act, in the caller's transaction.

    Args:
        actor: who acts.
        act: a short word, such as ``refund``.
        subject: what it is done to, such as ``staff:5``.
        reason: why, in their words.
        before: what was so; no secrets.
        after: what is so from now on; no secrets.
        things: what else it is about, as ``subject``: the act is found by each of them, too.
    """
    AuditEntry.objects.create(
        issuer=actor.issuer,
        at=clock.now(),
        act=act,
        actor=actor.actor,
        actor_name=actor.actor_name[:60],
        place=actor.place,
        subject=subject,
        things=list(things),
        reason=reason[:300],
        before=dict(before or {}),
        after=dict(after or {}),
        address=actor.address[:45],
        browser=actor.browser[:200],
    )


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which acts are looked for; what is empty or None stands for any.

    Attributes:
        text: a part of the reason or of who acted; or one of ``acts`` or ``subjects``, which
            are what it means in words.
        act: this one alone.
        about: what it was done to, or by, or where: as ``shop:5``.
        since: from this moment on, ``until`` before that one.
    """

    text: str = ""
    acts: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()
    act: str = ""
    about: str = ""
    since: datetime | None = None
    until: datetime | None = None

    def narrow(self, entries: QuerySet[AuditEntry]) -> QuerySet[AuditEntry]:
        """Those of ``entries`` that are looked for."""
        if self.text:
            words = Q(actor_name__icontains=self.text) | Q(reason__icontains=self.text)
            entries = entries.filter(words | Q(act__in=self.acts) | _about(self.subjects))
        if self.act:
            entries = entries.filter(act=self.act)
        if self.about:
            entries = entries.filter(_about([self.about]))
        if self.since is not None:
            entries = entries.filter(at__gte=self.since)
        if self.until is not None:
            entries = entries.filter(at__lt=self.until)
        return entries


def _about(subjects: Sequence[str]) -> Q:
    wanted = list(subjects)
    here = Q(subject__in=wanted) | Q(place__in=wanted) | Q(actor__in=wanted)
    return here | Q(things__overlap=wanted) if wanted else Q(pk__in=[])


def list_audit(
    issuer: Issuer,
    *,
    place: str | None = None,
    wanted: Wanted | None = None,
    before_id: int | None = None,
    limit: int = 50,
) -> list[AuditEntry]:
    """The acts, newest first.

    Args:
        issuer: whose staff's.
        place: of one shop or the console only; all when None.
        wanted: those that are looked for; all when None.
        before_id: go on below this one.
        limit: how many at most.
    """
    entries = AuditEntry.objects.of(issuer).order_by("-id")
    if place is not None:
        entries = entries.filter(place=place)
    if wanted is not None:
        entries = wanted.narrow(entries)
    if before_id is not None:
        entries = entries.filter(pk__lt=before_id)
    return list(entries[:limit])
