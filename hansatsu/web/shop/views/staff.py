"""担当者: the shop's staff accounts, for its managers."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hansatsu.parties.identity.models import Role, Staff
from hansatsu.parties.issuers.log_in import log_in_address
from hansatsu.parties.staff import accounts
from hansatsu.parties.staff.second_factor import has_second_factor
from hansatsu.web.shared.addresses import shop_url
from hansatsu.web.shared.redirects import SeeOther
from hansatsu.web.shared.staff_words import how_many_passkeys, shop_roles
from hansatsu.web.shop.access import Desk, for_staff
from hansatsu.web.shop.show import show


@require_safe
@for_staff
def staff(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Everybody of this shop."""
    return show(request, desk, "staff", people=accounts.list_shop_staff(desk.shop))


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff
def staff_new(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Make an account; its initial password is shown once."""
    typed = {name: request.POST.get(name, "") for name in ("login_id", "display_name", "role")}
    if request.method != "POST":
        typed["role"] = Role.CASHIER
        return show(request, desk, "staff_new", typed=typed, errors={}, roles=shop_roles())
    made = accounts.hire(desk.actor, desk.shop, **typed)
    if made.staff is None:
        summary = [
            (f"role-{Role.CASHIER}" if k == "role" else k, v) for k, v in made.errors.items()
        ]
        return show(
            request,
            desk,
            "staff_new",
            status=422,
            typed=typed,
            errors=made.errors,
            summary=summary,
            roles=shop_roles(),
        )
    return _handed_over(request, desk, made.staff, made.password)


@require_safe
@for_staff
def staff_member(request: HttpRequest, desk: Desk, staff_id: int) -> HttpResponse:
    """One member of staff, and what can be done."""
    return _page(request, desk, _found(desk, staff_id))


@require_POST
@for_staff
def staff_act(request: HttpRequest, desk: Desk, staff_id: int, act: str) -> HttpResponse:
    """Do one of the things that the page of a member of staff offers."""
    person = _found(desk, staff_id)
    by, why = desk.actor, ""
    if act == "password":
        if person.pk == desk.staff.pk:
            return _page(request, desk, person, why=_refused("oneself"))
        password = accounts.reset_password(by, person)
        return _handed_over(request, desk, person, password)
    if act == "deactivate":
        reason = request.POST.get("reason", "")
        why = accounts.set_active(by, person, active=False, reason=reason)
    elif act == "activate":
        why = accounts.set_active(by, person, active=True)
    elif act == "role":
        other = Role.CASHIER if person.role == Role.MANAGER else Role.MANAGER
        why = accounts.set_role(by, person, other)
    elif act == "second-factor" and person.pk != desk.staff.pk:
        accounts.reset_second_factor(by, person)
    else:
        why = "oneself"
    if why and why != "unchanged":
        return _page(request, desk, person, why=_refused(why))
    return SeeOther(shop_url("staff_member", staff_id=person.pk) + "?done=1")


def _handed_over(request: HttpRequest, desk: Desk, person: Staff, password: str) -> HttpResponse:
    address = log_in_address(shop_url("login"), desk.shop.issuer)
    return show(request, desk, "staff_password", person=person, password=password, address=address)


def _page(request: HttpRequest, desk: Desk, person: Staff, why: str = "") -> HttpResponse:
    return show(
        request,
        desk,
        "staff_member",
        status=422 if why else 200,
        person=person,
        is_oneself=person.pk == desk.staff.pk,
        has_factor=has_second_factor(person),
        passkeys=how_many_passkeys(person),
        why=why,
        done="done" in request.GET,
    )


def _found(desk: Desk, staff_id: int) -> Staff:
    person = accounts.find_shop_staff(desk.shop, staff_id)
    if person is None:
        raise Http404("not this shop's")
    return person


def _refused(why: str) -> str:
    if why == "last_manager":
        return _("店長がいなくなるため、できません。先にほかの人を店長にしてください。")
    return _("ご自分のことは、ここでは変えられません。ほかの店長にご依頼ください。")
