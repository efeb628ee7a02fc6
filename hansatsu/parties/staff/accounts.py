"""Staff accounts: what a shop's managers, and the issuer's owners, do to those of their own place.
Each act stands in the audit log.

Who gets a password from somebody else must choose an own one at the next log-in. A new password,
a new role and a deactivation end the sessions at once (``shop_sessions``).
"""

import secrets
from dataclasses import dataclass
from typing import Literal

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from hansatsu.formats.typed import plain, seen_lines
from hansatsu.parties.identity.fields.login_id import clean_login_id
from hansatsu.parties.identity.fields.password import clean_password
from hansatsu.parties.identity.known_browsers import forget_known
from hansatsu.parties.identity.models import Role, Staff
from hansatsu.parties.identity.models.staff import ISSUER_ROLES, SHOP_ROLES
from hansatsu.parties.issuers.audit import CONSOLE, Actor, audit
from hansatsu.parties.issuers.models import Issuer
from hansatsu.parties.shops.models import Shop
from hansatsu.parties.staff.second_factor import (
    forget_browsers,
    forget_passkeys,
    forget_second_factor,
)

LETTERS = "23456789abcdefghijkmnpqrstuvwxyz"
GROUPS, GROUP = 4, 4
"""An initial password: 4 groups of 4 letters that are not mistaken for one another (79 bits)."""

LONGEST_NAME = 60
LONGEST_REASON = 200

Refusal = Literal["", "oneself", "last_manager", "unchanged"]
"""Why an act was not done; empty when it was. ``last_manager``: nobody would be left who can do
the same, a manager in a shop and an owner at the issuer."""


@dataclass(frozen=True, slots=True)
class NewStaff:
    """An account that was made, with the initial password, known here and now only; or what is
    wrong with which field."""

    staff: Staff | None
    password: str
    errors: dict[str, str]


def list_shop_staff(shop: Shop) -> list[Staff]:
    """The shop's staff: active ones first, managers first, by name."""
    staff = Staff.objects.of(shop.issuer).filter(shop=shop)
    return sorted(
        staff, key=lambda each: (not each.is_active, each.role != Role.MANAGER, each.display_name)
    )


def find_shop_staff(shop: Shop, staff_id: int) -> Staff | None:
    """The member of *this* shop's staff with this id, or None."""
    staff = Staff.objects.of(shop.issuer).select_related("issuer", "shop__issuer")
    return staff.filter(shop=shop, pk=staff_id).first()


def find_clerk(issuer: Issuer, staff_id: int) -> Staff | None:
    """The member of the issuer's own staff, of no shop, with this id; or None."""
    staff = Staff.objects.of(issuer).select_related("issuer", "shop__issuer")
    return staff.filter(shop=None, pk=staff_id).first()


def owners_of(issuer: Issuer) -> int:
    """How many may do everything in its console, and have been in it: an initial password that
    nobody has used yet may be lost, and lets nobody in."""
    owners = Staff.objects.of(issuer).filter(role=Role.OWNER, is_active=True)
    return owners.filter(must_change_password=False).count()


def hire(
    by: Actor, shop: Shop, *, login_id: str, display_name: str, role: str, reason: str = ""
) -> NewStaff:
    """Make an account of ``shop``.

    Args:
        by: who makes it.
        shop: whose.
        login_id: as typed.
        display_name: as typed.
        role: ``manager`` or ``cashier``.
        reason: why, when the issuer makes it.
    """
    return _hire(by, shop, login_id, display_name, role, reason=reason)


def hire_clerk(
    by: Actor, *, login_id: str, display_name: str, role: str, reason: str = ""
) -> NewStaff:
    """Make an account of the issuer of ``by``, with one of the issuer's roles."""
    return _hire(by, None, login_id, display_name, role, reason=reason)


def hire_first_owner(by: Actor, *, login_id: str, display_name: str) -> NewStaff:
    """Make the owner of a new issuer's console, who hires all others there."""
    return _hire(by, None, login_id, display_name, Role.OWNER, reason="")


def _hire(
    by: Actor, shop: Shop | None, login_id: str, display_name: str, role: str, reason: str
) -> NewStaff:
    wanted = clean_login_id(login_id)
    name = plain(display_name)
    errors = {"login_id": wanted.error, "display_name": _why_no_name(name)}
    if role not in (ISSUER_ROLES if shop is None else SHOP_ROLES):
        errors["role"] = _("役割を選んでください。")
    if not wanted.error and _is_taken(by.issuer, wanted.value):
        errors["login_id"] = _("このログインIDは使われています。別のものにしてください。")
    errors = {field: error for field, error in errors.items() if error}
    if errors:
        return NewStaff(None, "", errors)
    password = _initial_password()
    staff = Staff(
        issuer=by.issuer,
        shop=shop,
        login_id=wanted.value,
        display_name=name,
        role=role,
        must_change_password=True,
    )
    staff.set_password(password)
    try:
        with transaction.atomic():
            staff.save()
            after = {"login_id": staff.login_id, "role": role, "display_name": name}
            audit(by, "staff_hired", staff.actor, reason=reason, after=after)
    except IntegrityError:
        taken = _("このログインIDは使われています。別のものにしてください。")
        return NewStaff(None, "", {"login_id": taken})
    return NewStaff(staff, password, {})


def set_active(by: Actor, staff: Staff, active: bool, *, reason: str = "") -> Refusal:
    """Let the member of staff in again, or not any more; sessions and passkeys end at once."""
    with transaction.atomic():
        current = _locked(staff)
        why = _why_not(by, current, still_top=active)
        if why or current.is_active == active:
            return why or "unchanged"
        current.is_active = active
        current.save(update_fields=["is_active"])
        if not active:
            forget_browsers(staff=current)
            forget_passkeys(current)
        audit(
            by,
            "staff_activated" if active else "staff_deactivated",
            current.actor,
            reason=seen_lines(reason).strip()[:LONGEST_REASON],
            before={"active": not active},
            after={"active": active},
        )
    return ""


def set_role(by: Actor, staff: Staff, role: str, *, reason: str = "") -> Refusal:
    """Give another role of the same place, such as manager to a cashier.

    Raises:
        ValueError: when it is no role of that place.
    """
    if role not in (ISSUER_ROLES if staff.shop_id is None else SHOP_ROLES):
        raise ValueError("a shop and an issuer have roles of their own")
    with transaction.atomic():
        current = _locked(staff)
        why = _why_not(by, current, still_top=role == current.role)
        if why or current.role == role:
            return why or "unchanged"
        before, current.role = current.role, role
        current.save(update_fields=["role"])
        audit(
            by,
            "staff_role",
            current.actor,
            reason=reason,
            before={"role": before},
            after={"role": role},
        )
    return ""


def reset_password(by: Actor, staff: Staff, *, reason: str = "") -> str:
    """Give a new initial password, which is known here and now only; every session ends, and
    the second factor is asked for again on every browser."""
    password = _initial_password()
    with transaction.atomic():
        current = _locked(staff)
        current.set_password(password)
        current.must_change_password = True
        current.pin = ""
        current.save(update_fields=["password", "must_change_password", "pin"])
        forget_browsers(staff=current)
        audit(by, "staff_password_reset", current.actor, reason=reason)
    return password


def reset_second_factor(by: Actor, staff: Staff, *, reason: str = "") -> None:
    """Have the member of staff set up an authenticator anew: the phone was lost or changed. Their
    passkeys are gone as well."""
    with transaction.atomic():
        forget_second_factor(_locked(staff))
        audit(by, "second_factor_reset", staff.actor, reason=reason)


def choose_password(by: Actor, staff: Staff, password: str, again: str) -> str:
    """Set the own password of ``staff``; browsers that knew it are strangers' from then on. Returns
    what is wrong with it; empty when it was set."""
    wanted = clean_password(password, unlike=(staff.login_id, staff.display_name))
    if wanted.error:
        return wanted.error
    if password != again:
        return _("2つのパスワードが違います。もう一度ご確認ください。")
    if staff.check_password(password):
        return _("今のパスワードと同じです。別のものにしてください。")
    with transaction.atomic():
        staff.set_password(password)
        staff.must_change_password = False
        staff.save(update_fields=["password", "must_change_password"])
        forget_known(staff)
        audit(by, "password_chosen", staff.actor)
    return ""


def _is_taken(issuer: Issuer, login_id: str) -> bool:
    """In this issuer: what others have is nobody's business here."""
    return Staff.objects.called(login_id).filter(issuer=issuer).exists()


def _why_no_name(name: str) -> str:
    if not name:
        return _("お名前を入力してください。")
    if len(name) > LONGEST_NAME:
        return _("お名前は%(most)d文字以内で入力してください。") % {"most": LONGEST_NAME}
    return ""


def _why_not(by: Actor, staff: Staff, *, still_top: bool) -> Refusal:
    if by.actor == staff.actor:
        return "oneself"
    top = Role.OWNER if staff.shop_id is None else Role.MANAGER
    if still_top or staff.role != top or not staff.is_active:
        return ""
    if by.place == CONSOLE and staff.shop_id is not None:
        return ""  # the issuer can always let another one in
    others = _colleagues(staff).filter(role=top, is_active=True)
    return "" if others.exclude(pk=staff.pk).exists() else "last_manager"


def _colleagues(staff: Staff) -> "QuerySet[Staff]":
    return Staff.objects.of(staff.issuer).filter(shop=staff.shop)


def _locked(staff: Staff) -> Staff:
    """The member of staff, with all of the place's rows locked: two managers who put each other
    out at once would leave none."""
    rows = _colleagues(staff).select_for_update().order_by("pk")
    return next(each for each in rows if each.pk == staff.pk)


def _initial_password() -> str:
    groups = ("".join(secrets.choice(LETTERS) for _ in range(GROUP)) for _ in range(GROUPS))
    return "-".join(groups)


def name_of_actor(issuer: Issuer, actor: str) -> str:
    """What ``staff:7`` is called now; another actor stands as it is."""
    kind, _colon, pk = actor.partition(":")
    if kind != "staff" or not pk.isdecimal():
        return actor
    staff = Staff.objects.of(issuer).filter(pk=int(pk)).first()
    return staff.display_name if staff else actor
