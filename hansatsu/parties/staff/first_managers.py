"""Shops that nobody can log in at, and the first manager that the issuer gives them.

A shop of the issuer's is registered before anybody works in it there: until its first manager has
an account, nobody is who could hire one (``accounts.hire``).
"""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from hansatsu.parties.identity.models import Role, Staff
from hansatsu.parties.issuers.audit import Actor
from hansatsu.parties.issuers.models import Issuer
from hansatsu.parties.shops.models import Shop
from hansatsu.parties.staff.accounts import hire, reset_password

SHORTEST = 4
"""Characters of a login ID."""


@dataclass(frozen=True, slots=True)
class Handed:
    """An account and its initial password, which is known here and now only."""

    staff: Staff
    password: str


def active_managers() -> "QuerySet[Staff]":
    """Of the shop of an outer query."""
    return Staff.objects.filter(shop=OuterRef("pk"), role=Role.MANAGER, is_active=True)


def shops_without_manager(issuer: Issuer) -> "QuerySet[Shop]":
    """Open shops where no manager has an account that works."""
    return Shop.objects.of(issuer).filter(~Exists(active_managers()), open=True)


def shops_not_entered(issuer: Issuer) -> "QuerySet[Shop]":
    """Open shops with managers of whom none has come in yet with the password handed over."""
    managers = active_managers()
    came = managers.filter(must_change_password=False)
    return Shop.objects.of(issuer).filter(Exists(managers), ~Exists(came), open=True)


def hand_over(by: Actor, shop: Shop, *, again: bool, reason: str) -> Handed | None:
    """Let the shop's first manager in: a new account where it has none. None when it has one, or
    when a manager has come in. In the caller's transaction, under the lock of the shop's row.

    Args:
        by: who does it.
        shop: where.
        again: give a new initial password to a manager who has not come in yet, whose letter was
            lost; the one that was handed over is dead with that.
        reason: why.
    """
    managers = Staff.objects.of(shop.issuer).select_related("issuer", "shop__issuer")
    known = managers.filter(shop=shop, role=Role.MANAGER, is_active=True).order_by("pk")
    if any(not each.must_change_password for each in known):
        return None
    first = known.first()
    if first is not None:
        return Handed(first, reset_password(by, first, reason=reason)) if again else None
    login_id = free_login_id(shop)
    made = hire(
        by, shop, login_id=login_id, display_name=_("店長"), role=Role.MANAGER, reason=reason
    )
    if made.staff is None:
        raise ValueError(" ".join(made.errors.values()))
    return Handed(made.staff, made.password)


def free_login_id(shop: Shop) -> str:
    """The shop's code in small letters where that is long enough and free, as ``s0001``; otherwise
    the next that begins so."""
    code = shop.code.lower()
    stem = code if len(code) >= SHORTEST else f"shop-{code}"
    taken = set(
        Staff.objects.of(shop.issuer)
        .filter(login_id__istartswith=stem)
        .values_list("login_id", flat=True)
    )
    small = {each.lower() for each in taken}
    names = (stem, *(f"{stem}-{number}" for number in range(2, len(small) + 3)))
    return next(each for each in names if each not in small)
