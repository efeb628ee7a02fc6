"""Making staff, and letting them in by their password."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Literal

from hansatsu.parties.identity.known_browsers import (
    after_wrong,
    browser_of_staff,
    count_of,
)
from hansatsu.parties.identity.models import KnownBrowser, Staff
from hansatsu.parties.identity.residents import as_stored
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


@dataclass(frozen=True, slots=True)
class StaffCheck:
    """What became of a staff member's log-in."""

    outcome: Literal["ok", "wrong", "wait"]
    staff: Staff | None = None
    wait_seconds: int = 0


def open_staff(
    issuer: Issuer,
    *,
    login_id: str,
    password: str,
    role: str,
    display_name: str,
    shop: Shop | None = None,
) -> Staff:
    """Make a member of staff: of ``shop`` for the roles manager and cashier, otherwise of the
    issuer.

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

    ``issuer`` is theirs when the page was told, ``at_shop`` is True when they stand at the shop
    site, False at the console. A browser with a token of one of the accounts is counted apart, for
    that account alone; others of the same login ID are tried as a stranger tries them.
    """
    login_id = as_stored(login_id).casefold()
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
    password may be a namesake's elsewhere, and takes back its own try only: otherwise a holder of
    the ID in one town could try passwords of its holder in another for ever."""
    if issuer is not None:
        return Count(f"staff:{issuer.pk}:{login_id}", ACCOUNT)
    return Count(f"staff:{login_id}", replace(ACCOUNT, clears=False))


def _judged(attempt: Try, staff: Staff | None) -> StaffCheck:
    if staff is None:
        return StaffCheck("wrong")
    forgive(attempt)
    return StaffCheck("ok", staff=staff)
