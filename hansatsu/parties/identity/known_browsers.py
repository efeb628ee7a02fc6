"""Browsers on which an account was wholly logged in: strangers do not lock their owners out.

Wrong tries are counted for an account, so five of a stranger would shut out its owner. A browser
that has a token of the account is counted apart, with limits of the same size; when those are used
up, the token is worth nothing and the browser is a stranger's. So a thief of a token buys one
round of tries with it, and nobody without a token is in its owner's way (ADR 0165).

One cookie serves residents, shop site and console; it holds a token for each account.
"""

import secrets
from collections.abc import Collection
from datetime import timedelta
from hashlib import sha256

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Lower
from django.http import HttpRequest, HttpResponse

from hansatsu.parties import clock
from hansatsu.parties.identity.models.device import Device
from hansatsu.parties.identity.models.known_browser import KnownBrowser
from hansatsu.parties.identity.models.resident import Resident
from hansatsu.parties.identity.models.staff import Staff
from hansatsu.parties.identity.throttle import Count, Limit, Try
from hansatsu.parties.issuers.models import Issuer
from hansatsu.system.cookie_names import host_name

KNOWN_FOR = timedelta(days=400)
"""From the last whole log-in; as long as browsers keep a cookie at most."""

MOST_HELD = 16
"""Accounts that a browser is known to; the one that was there longest ago gives way."""

MOST_OF_ONE = 20
"""Browsers that one account knows."""


def tokens_of(request: HttpRequest) -> tuple[str, ...]:
    """The tokens that a browser has, the newest first; most are of other accounts."""
    held = request.COOKIES.get(cookie_name(), "")
    return tuple(token for token in held.split(".") if token)[:MOST_HELD]


def cookie_name() -> str:
    """``hansatsu_known``, over https ``__Host-…``."""
    return host_name("hansatsu_known", is_https=settings.SESSION_COOKIE_SECURE)


def browser_of_resident(
    tokens: Collection[str], issuer: Issuer, login_id: str
) -> KnownBrowser | None:
    """The browser, when one of its ``tokens`` is of the resident with this login ID. An ID that
    nobody has is looked for like any other, and a browser without tokens costs nothing."""
    theirs = {"device__resident__issuer": issuer, "device__resident__login_id": login_id}
    return _first(tokens, KnownBrowser.objects.filter(**theirs))


def browser_of_staff(
    tokens: Collection[str], login_id: str, issuer: Issuer | None
) -> KnownBrowser | None:
    """The browser, when one of its ``tokens`` is of staff with this login ID (small letters) at
    ``issuer``, or at any when it is None; then of the one who was there last."""
    theirs = KnownBrowser.objects.alias(small=Lower("staff__login_id")).filter(small=login_id)
    return _first(tokens, theirs if issuer is None else theirs.filter(staff__issuer=issuer))


def browser_of(tokens: Collection[str], account: Resident | Staff) -> KnownBrowser | None:
    """The browser, when one of its ``tokens`` is of ``account``."""
    return _first(tokens, _known_to(account))


def count_of(subject: str, limit: Limit, known: KnownBrowser | None) -> Count:
    """What a try on ``subject`` counts under: the account's own count, or that of the account and
    the ``known`` browser together."""
    return Count(subject if known is None else f"{subject}{_suffix(known)}", limit)


def after_wrong(attempt: Try, known: KnownBrowser | None) -> None:
    """``attempt``, counted with ``count_of``, was wrong: a browser that has used its tries up is a
    stranger's from now on."""
    if known is not None and any(each.endswith(_suffix(known)) for each in attempt.reached):
        KnownBrowser.objects.filter(pk=known.pk).delete()


def remember(
    request: HttpRequest,
    response: HttpResponse,
    *,
    device: Device | None = None,
    staff: Staff | None = None,
    terminal: int | None = None,
) -> None:
    """After a whole log-in: have the browser know the account.

    Args:
        request: of the browser.
        response: which gives it the cookie.
        device: the resident's browser, for a resident; otherwise
        staff: who is in.
        terminal: the till that it is, when it is one.
    """
    account = device.resident if device is not None else staff
    if account is None:
        raise ValueError("a browser is known to a resident or to staff")
    tokens, now = tokens_of(request), clock.now()
    fields = {"device": device, "terminal": terminal, "until": now + KNOWN_FOR}
    with transaction.atomic():
        known = browser_of(tokens, account)
        kept = next((each for each in tokens if known and _hash(each) == known.token_hash), "")
        is_kept = kept and _known_to(account).filter(token_hash=_hash(kept)).update(**fields)
        token = kept if is_kept else secrets.token_urlsafe(24)
        if not is_kept:
            KnownBrowser.objects.create(staff=staff, token_hash=_hash(token), made_at=now, **fields)
            newest = _known_to(account).order_by("-until", "-pk").values("pk")[:MOST_OF_ONE]
            _known_to(account).exclude(pk__in=list(newest.values_list("pk", flat=True))).delete()
    held = [token, *(each for each in tokens if each != token)][:MOST_HELD]
    response.set_cookie(
        cookie_name(),
        ".".join(held),
        max_age=KNOWN_FOR,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def forget_known(account: Resident | Staff, *, keep: Device | None = None) -> None:
    """Treat every browser of ``account`` as a stranger's, but ``keep``: after a new password, a
    lost phone, or because its owner wants it so."""
    rows = _known_to(account)
    (rows if keep is None else rows.exclude(device=keep)).delete()


def forget_known_at(*, device: Device | None = None, terminal: int | None = None) -> None:
    """Treat one browser as a stranger's, by what it is."""
    if device is not None:
        KnownBrowser.objects.filter(device=device).delete()
    if terminal is not None:
        KnownBrowser.objects.filter(terminal=terminal).delete()


def forget_old_known() -> int:
    """Delete what has outlived itself; returns how many. For the worker."""
    deleted, _ = KnownBrowser.objects.filter(until__lte=clock.now()).delete()
    return deleted


def _known_to(account: Resident | Staff) -> "QuerySet[KnownBrowser]":
    if isinstance(account, Resident):
        return KnownBrowser.objects.filter(device__resident=account)
    return KnownBrowser.objects.filter(staff=account)


def _first(tokens: Collection[str], theirs: "QuerySet[KnownBrowser]") -> KnownBrowser | None:
    hashes = [_hash(token) for token in tokens]
    if not hashes:
        return None
    found = theirs.filter(token_hash__in=hashes, until__gt=clock.now())
    return min(found, key=lambda each: hashes.index(each.token_hash), default=None)


def _suffix(known: KnownBrowser) -> str:
    return f":known:{known.pk}"


def _hash(token: str) -> str:
    return sha256(token.encode()).hexdigest()
