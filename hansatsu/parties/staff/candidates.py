"""Whose a staff member's login ID and password are. A login ID is one account's in its issuer, so
several issuers may each have a ``tanaka`` (ADR 0130)."""

from django.db.models import Q

from hansatsu.parties.identity.models import Staff
from hansatsu.parties.identity.passwords import password_fits
from hansatsu.parties.issuers.models import Issuer

TRIED = 3
"""Accounts of one login ID that a password is held against when the issuer is not told; always as
much work is done, so that time does not tell how many issuers have such an account."""


def find_own(staff_id: int, password: str) -> Staff | None:
    """The active account of this id when ``password`` opens it, or None."""
    staff = Staff.objects.filter(pk=staff_id, is_active=True).first()
    fits = password_fits(password, staff.password if staff else None)
    return staff if fits else None


def find_staff(
    login_id: str,
    password: str,
    *,
    issuer: Issuer | None,
    at_shop: bool,
    but: int | None = None,
) -> Staff | None:
    """The active account that ``password`` opens, or None.

    Args:
        login_id: in small letters.
        password: as typed.
        issuer: whose account it is, when the log-in page was told.
        at_shop: True when they stand at the shop site; those who belong there are tried first.
        but: an account that was tried already, as part of the same work.
    """
    accounts = Staff.objects.called(login_id).filter(is_active=True)
    if but is not None:
        accounts = accounts.exclude(pk=but)
    belongs = Q(shop__isnull=not at_shop)
    if issuer is None:
        most = TRIED if but is None else TRIED - 1
        tried = [*accounts.filter(belongs).order_by("pk")[:most]]
        tried += accounts.exclude(belongs).order_by("pk")[: most - len(tried)]
    else:
        most = 1
        tried = [*accounts.filter(issuer=issuer)]
    opened = [each for each in tried if password_fits(password, each.password)]
    for _ in range(most - len(tried)):
        password_fits(password, None)
    return opened[0] if len(opened) == 1 else None
