"""Making, finding and using the links of mails."""

import secrets
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import Any, Literal

from django.db import transaction

from hansatsu.parties import clock
from hansatsu.parties.identity.models.mailed_link import MailedLink
from hansatsu.parties.identity.models.resident import Resident
from hansatsu.parties.issuers.models import Issuer

KEPT = timedelta(days=30)
"""How long an expired link can still be told from one that never was."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a token leads to. ``link`` is there unless the state is ``unknown``."""

    state: Literal["ok", "used", "expired", "unknown"]
    link: MailedLink | None = None


def make_link(
    issuer: Issuer,
    purpose: str,
    email: str,
    *,
    lifetime: timedelta,
    resident: Resident | None = None,
    data: dict[str, Any] | None = None,
) -> str:
    """Make a link, in the caller's transaction; earlier ones go on working.

    Args:
        issuer: whose site it leads to.
        purpose: a value of ``Purpose``.
        email: where it is mailed to.
        lifetime: from now.
        resident: whose account it concerns, when there is one.
        data: what the flow keeps.

    Returns the token (43 characters that may stand in an address). It is not kept anywhere.
    """
    token = secrets.token_urlsafe(32)
    now = clock.now()
    MailedLink.objects.create(
        issuer=issuer,
        resident=resident,
        purpose=purpose,
        email=email,
        token_hash=_hash(token),
        data=data or {},
        made_at=now,
        expires_at=now + lifetime,
    )
    return token


def find_link(issuer: Issuer, purpose: str, token: str) -> Found:
    """Look up a token. Looking does not use it: mail programs fetch links in advance."""
    link = (
        MailedLink.objects.of(issuer)
        .select_related("resident__issuer")
        .filter(purpose=purpose, token_hash=_hash(token))
        .first()
    )
    if link is None:
        return Found("unknown")
    if link.used_at is not None:
        return Found("used", link)
    return Found("expired" if link.expires_at <= clock.now() else "ok", link)


def use_link(link: MailedLink) -> bool:
    """Use a link up, under its row's lock: True for one caller only, and not after its end."""
    with transaction.atomic():
        row = MailedLink.objects.select_for_update().get(pk=link.pk)
        now = clock.now()
        if row.used_at is not None or row.expires_at <= now:
            return False
        row.used_at = link.used_at = now
        row.save(update_fields=["used_at"])
    return True


def forget_old_links() -> int:
    """Empty what expired links kept, and delete those long expired; returns how many were
    deleted. For the worker."""
    now = clock.now()
    MailedLink.objects.filter(expires_at__lte=now).exclude(data={}).update(data={})
    deleted, _ = MailedLink.objects.filter(expires_at__lte=now - KEPT).delete()
    return deleted


def _hash(token: str) -> str:
    return sha256(token.encode()).hexdigest()
