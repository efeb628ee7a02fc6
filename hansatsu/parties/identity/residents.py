"""Making residents and staff, and letting them in."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from django.db import transaction

from hansatsu.database.connections import ledger_connection
from hansatsu.ledger import api as ledger
from hansatsu.parties.identity.events import record
from hansatsu.parties.identity.guess_alarms import warn_of_guesses
from hansatsu.parties.identity.known_browsers import (
    after_wrong,
    browser_of_resident,
    browser_of_staff,
    count_of,
)
from hansatsu.parties.identity.models import KnownBrowser, Language, Resident, Staff
from hansatsu.parties.identity.passwords import password_fits
from hansatsu.parties.identity.throttle import (
    ACCOUNT,
    Count,
    Try,
    begin_try,
    count_try,
    forgive,
    from_address,
)
from hansatsu.parties.issuers.models import Issuer
from hansatsu.parties.shops.models import Shop
from hansatsu.parties.staff.candidates import find_own, find_staff

LONGEST_LOGIN_ID = 64


@dataclass(frozen=True, slots=True)
class NewResident:
    """What a resident is made from; the fields are those of ``Resident``."""

    login_id: str
    family_name: str
    given_name: str
    family_kana: str
    given_kana: str
    email: str
    nickname: str = ""
    birth_date: date | None = None
    gender: str = ""
    occupation: str = ""
    postal_code: str = ""
    prefecture: str = ""
    city: str = ""
    street: str = ""
    building: str = ""
    phone: str = ""
    news_mail: bool = False
    language: str = Language.JAPANESE


@dataclass(frozen=True, slots=True)
class ResidentCheck:
    """What became of a log-in. ``wrong`` says nothing of whether the account exists."""

    outcome: Literal["ok", "wrong", "wait"]
    resident: Resident | None = None
    wait_seconds: int = 0


@dataclass(frozen=True, slots=True)
class StaffCheck:
    """What became of a staff member's log-in."""

    outcome: Literal["ok", "wrong", "wait"]
    staff: Staff | None = None
    wait_seconds: int = 0


def open_resident(
    issuer: Issuer, new: NewResident, *, password: str = "", password_hash: str = ""
) -> Resident:
    """Make a resident with an empty wallet in the ledger.

    Args:
        issuer: whose scheme it is.
        new: who it is.
        password: as typed; or else
        password_hash: what ``make_password`` made of it.

    Raises:
        django.core.exceptions.ValidationError: when a field is malformed or the login ID taken.
    """
    with transaction.atomic():
        connection = ledger_connection()
        (wallet_id,) = ledger.open_wallets(connection, issuer_id=issuer.pk, kind="resident")
        resident = Resident(
            issuer=issuer,
            wallet_id=wallet_id,
            created_at=ledger.now(connection),
            **{field: getattr(new, field) for field in NewResident.__slots__},
        )
        if password_hash:
            resident.password = password_hash
        else:
            resident.set_password(password)
        resident.full_clean()
        resident.save()
    return resident


def open_staff(
    issuer: Issuer,
    *,
    login_id: str,
    password: str,
    role: str,
    display_name: str,
    shop: Shop | None = None,
) -> Staff:
    """Make a member of staff: of ``shop`` for the roles manager and cashier, else of the issuer.

    Raises:
        django.core.exceptions.ValidationError: when a field is malformed, the login ID taken,
            or the role does not fit.
        ValueError: when the shop is another issuer's.
    """
    if shop is not None and shop.issuer_id != issuer.pk:
        raise ValueError("the shop is another issuer's")
    staff = Staff(issuer=issuer, login_id=login_id, role=role, display_name=display_name, shop=shop)
    staff.set_password(password)
    staff.full_clean()
    staff.save()
    return staff


def check_resident(
    issuer: Issuer,
    *,
    login_id: str,
    password: str,
    address: str,
    tokens: Collection[str] = (),
) -> ResidentCheck:
    """Look whether this is a resident's login ID and password.

    Args:
        issuer: whose wallet site it is.
        login_id: as typed.
        password: as typed.
        address: where the try comes from.
        tokens: of the browser (``known_browsers.tokens_of``); one of this very account's is counted
            apart from strangers.
    """
    login_id = _as_stored(login_id)
    known = browser_of_resident(tokens, issuer, login_id)
    count = count_of(f"resident:{issuer.pk}:{login_id}", ACCOUNT, known)
    attempt = count_try(count, *from_address(address))
    if attempt.wait_seconds:
        return ResidentCheck("wait", wait_seconds=attempt.wait_seconds)
    resident = Resident.objects.of(issuer).filter(login_id=login_id, closed_at=None).first()
    fits = password_fits(password, resident.password if resident else None)
    if resident is None or not fits:
        after_wrong(attempt, known)
        record(
            issuer,
            "log_in_blocked" if attempt.reached else "log_in_refused",
            resident=resident,
            request_address=address,
            because="password",
        )
        if attempt.reached:
            warn_of_guesses(issuer, "log_in_blocked", resident=resident, address=address)
        return ResidentCheck("wrong")
    forgive(attempt)
    return ResidentCheck("ok", resident=resident)


def check_staff(
    *,
    login_id: str,
    password: str,
    address: str,
    issuer: Issuer | None = None,
    at_shop: bool = True,
    tokens: Collection[str] = (),
) -> StaffCheck:
    """Look whether this is a staff member's login ID and password (see ``check_resident``).

    ``issuer`` is theirs when the page was told, ``at_shop`` whether they stand at the shop site
    (else at the console). A browser with a token of one of the accounts is counted apart, for that
    account alone; others of the same login ID are tried as a stranger tries them.
    """
    login_id = _as_stored(login_id).casefold()
    known = browser_of_staff(tokens, login_id, issuer)
    if known is None or known.staff_id is None:
        attempt = count_try(_by_strangers(login_id, issuer), *from_address(address))
        if attempt.wait_seconds:
            return StaffCheck("wait", wait_seconds=attempt.wait_seconds)
        staff = find_staff(login_id, password, issuer=issuer, at_shop=at_shop)
        return _judged(attempt, staff)
    own = _check_known(known, known.staff_id, login_id, password, address)
    if own.outcome != "wrong" or issuer is not None:
        return own
    # Whether others have the login ID is told by nothing: the try counts on it either way.
    attempt = count_try(_by_strangers(login_id, None))
    if attempt.wait_seconds:
        return own
    other = find_staff(login_id, password, issuer=None, at_shop=at_shop, but=known.staff_id)
    return _judged(attempt, other)


def check_own_password(staff: Staff, password: str, address: str) -> Literal["ok", "wrong", "wait"]:
    """Look whether ``password`` is that of ``staff``, who is logged in. Wrong tries are counted
    apart from those of the log-in: strangers there are in nobody's way here, nor the reverse."""
    attempt = begin_try(f"recheck:staff:{staff.pk}", address)
    if attempt.wait_seconds:
        return "wait"
    if not staff.check_password(password):
        return "wrong"
    forgive(attempt)
    return "ok"


def _check_known(
    known: KnownBrowser, staff_id: int, login_id: str, password: str, address: str
) -> StaffCheck:
    attempt = count_try(count_of(f"staff:{login_id}", ACCOUNT, known), *from_address(address))
    if attempt.wait_seconds:
        return StaffCheck("wait", wait_seconds=attempt.wait_seconds)
    check = _judged(attempt, find_own(staff_id, password))
    if check.staff is None:
        after_wrong(attempt, known)
    return check


def _by_strangers(login_id: str, issuer: Issuer | None) -> Count:
    """What strangers' tries on a login ID of staff count under. Without the issuer, a right
    password may be a namesake's elsewhere, and takes back its own try only: whoever has the ID in
    one town could else try passwords of its holder in another for ever."""
    if issuer is not None:
        return Count(f"staff:{issuer.pk}:{login_id}", ACCOUNT)
    return Count(f"staff:{login_id}", replace(ACCOUNT, clears=False))


def _judged(attempt: Try, staff: Staff | None) -> StaffCheck:
    if staff is None:
        return StaffCheck("wrong")
    forgive(attempt)
    return StaffCheck("ok", staff=staff)


def _as_stored(login_id: str) -> str:
    """A typed login ID as the database can hold it; no account has one that this changes."""
    return login_id.replace("\0", "")[:LONGEST_LOGIN_ID]
