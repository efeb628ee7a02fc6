"""Logging in (guide: 2 ログインする): ログインID; a puzzle and パスワード; ワンタイムパスワード.

A log-in under way is a row that the browser's session names. Until the password was right
nothing tells whether the login ID exists.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

from django.contrib.sessions.backends.base import SessionBase
from django.db import transaction
from django.http import HttpRequest

from hansatsu.flows.accounts import one_time_password
from hansatsu.flows.accounts.new_browser import tell_of_new_browser
from hansatsu.flows.accounts.saved_devices import give_token, recognise
from hansatsu.parties import clock
from hansatsu.parties.identity import sessions
from hansatsu.parties.identity.events import record
from hansatsu.parties.identity.mailed_links import use_link
from hansatsu.parties.identity.models import Device, LogIn, MailedLink, Resident
from hansatsu.parties.identity.networks import address_of
from hansatsu.parties.identity.residents import LONGEST_LOGIN_ID, ResidentCheck, check_resident
from hansatsu.parties.issuers.models import Issuer

LIFE = timedelta(minutes=30)
"""From the login ID to the top page."""


@dataclass(frozen=True, slots=True)
class LoggedIn:
    """The browser that is in, and the token for its cookie."""

    device: Device
    token: str


def start(
    session: SessionBase,
    issuer: Issuer,
    login_id: str,
    *,
    way_back: str = "",
    link: MailedLink | None = None,
) -> LogIn:
    """Begin a log-in with ``login_id`` as typed; one that this browser was at is over.

    Args:
        session: of the browser.
        issuer: whose site it is.
        login_id: as typed.
        way_back: where it leads in the end; the top page when empty.
        link: a mailed link that stands for the one-time password.
    """
    now = clock.now()
    leave(session, issuer)
    log_in = LogIn.objects.create(
        issuer=issuer,
        login_id=login_id.replace("\0", "")[:LONGEST_LOGIN_ID],
        way_back=way_back,
        link=link,
        made_at=now,
        expires_at=now + LIFE,
    )
    session[_key(issuer)] = log_in.pk
    return log_in


def under_way(session: SessionBase, issuer: Issuer) -> LogIn | None:
    """The log-in that this browser is at, or None when it is at none or took too long."""
    return (
        LogIn.objects.of(issuer)
        .select_related("issuer", "resident__issuer", "link")
        .filter(pk=session.get(_key(issuer), 0), ended_at=None, expires_at__gt=clock.now())
        .first()
    )


def awaits_digits(log_in: LogIn) -> bool:
    """True when the digits that were mailed for ``log_in`` can still be entered."""
    if log_in.resident is None or log_in.nonce_at is None:
        return False
    return clock.now() < log_in.nonce_at + one_time_password.LIFE


def lead_to(log_in: LogIn, way_back: str) -> None:
    """Have ``log_in`` lead to another page in the end."""
    log_in.way_back = way_back
    log_in.save(update_fields=["way_back"])


def leave(session: SessionBase, issuer: Issuer) -> None:
    """End the log-in that this browser is at, if any."""
    pk = session.pop(_key(issuer), None)
    if pk is not None:
        LogIn.objects.of(issuer).filter(pk=pk, ended_at=None).update(ended_at=clock.now())


def check_password(
    session: SessionBase,
    log_in: LogIn,
    password: str,
    *,
    address: str,
    wants_saving: bool,
    tokens: Collection[str] = (),
) -> ResidentCheck:
    """Look whether ``password`` is the one of the log-in's ID; when it is, the log-in has a
    resident from now on, and the session another key."""
    check = check_resident(
        log_in.issuer,
        login_id=log_in.login_id,
        password=password,
        address=address,
        tokens=tokens,
    )
    if check.resident is not None:
        check.resident.issuer = log_in.issuer
        log_in.resident = check.resident
        log_in.wants_saving = wants_saving
        log_in.save(update_fields=["resident", "wants_saving"])
        session.cycle_key()
    return check


def link_serves(log_in: LogIn) -> bool:
    """True when the log-in came by a mailed link of its own resident. The link is used up."""
    link = log_in.link
    if link is None or log_in.resident is None or link.resident_id != log_in.resident.pk:
        return False
    return use_link(link)


def finish(request: HttpRequest, log_in: LogIn, *, by: str) -> LoggedIn | None:
    """Log in whom ``log_in`` has proved to be. None when it was finished before, at once or in
    another tab, or the resident has left meanwhile.

    Args:
        request: of the browser.
        log_in: whose last step was right.
        by: how, for the record: ``one_time`` or ``link``.
    """
    with transaction.atomic():
        row = (
            LogIn.objects.select_for_update(of=("self",))
            .select_related("resident__issuer")
            .get(pk=log_in.pk)
        )
        if row.ended_at is not None or row.resident is None or row.resident.closed_at is not None:
            return None
        row.ended_at = clock.now()
        row.save(update_fields=["ended_at"])
        request.session.pop(_key(row.resident.issuer), None)
        return enter(request, row.resident, by=by, is_saved=row.wants_saving)


def enter(request: HttpRequest, resident: Resident, *, by: str, is_saved: bool) -> LoggedIn:
    """Log in ``resident``, who has proved who they are; a browser that is new is mailed.

    Args:
        request: of the browser.
        resident: with its issuer.
        by: how, for the record.
        is_saved: ログイン状態を保存.
    """
    with transaction.atomic():
        known = recognise(request, resident)
        again = known if known is not None and known.revoked_at is None else None
        device = sessions.log_in(request, resident, again)
        if known is not None and again is None:
            Device.objects.filter(pk=known.pk).update(token_hash="", next_hash="")
        device.resident = resident
        device.seen_at = clock.now()
        token = give_token(device, is_saved=is_saved)
        record(
            resident.issuer,
            "logged_in",
            resident=resident,
            request_address=address_of(request),
            by=by,
            is_saved=is_saved,
            is_new=known is None,
            device=device.number,
        )
        if known is None:
            tell_of_new_browser(device)
    return LoggedIn(device, token)


def _key(issuer: Issuer) -> str:
    return f"log_in:{issuer.pk}"
