"""Who works in the console: hired, given another role, stopped; each with a reason on record."""

import re

import pytest

from hansatsu.parties.identity.models import Role, Staff
from hansatsu.parties.issuers.models import AuditEntry
from hansatsu.parties.staff.second_factor import has_second_factor
from tests.support.clerks import Desk, employ
from tests.support.clients import words
from tests.town import PASSWORD, make_town, quick_hashing


@pytest.fixture
def desk() -> Desk:
    return Desk(make_town().issuer)


def last_act(desk: Desk) -> AuditEntry:
    return AuditEntry.objects.of(desk.issuer).latest("pk")


def test_a_clerk_is_hired_with_a_password_that_is_shown_once(desk: Desk) -> None:
    form = {
        "login_id": f"new-{desk.issuer.code.lower()}",
        "display_name": "経理 花子",
        "role": "accountant",
        "reason": "4月の異動",
    }
    with quick_hashing():
        page = words(desk.post("staff/new/", form))
    shown = re.search(r"data-initial-password>([^<]+)<", page)
    assert shown is not None
    hired = Staff.objects.get(login_id=form["login_id"])
    assert hired.check_password(shown[1])
    assert (hired.role, hired.shop, hired.must_change_password) == ("accountant", None, True)
    act = last_act(desk)
    assert (act.act, act.reason, act.after["role"]) == ("staff_hired", "4月の異動", "accountant")
    assert hired.display_name in words(desk.get("staff/"))


@pytest.mark.parametrize("wrong", [{"role": "manager"}, {"login_id": ""}, {"reason": ""}])
def test_nobody_is_hired_by_a_form_that_is_wrong(desk: Desk, wrong: dict[str, str]) -> None:
    form = {"login_id": "x-clerk", "display_name": "係", "role": "viewer", "reason": "異動"}
    assert desk.post("staff/new/", form | wrong).status_code == 422
    assert Staff.objects.of(desk.issuer).count() == 1


def test_a_role_is_changed_and_an_account_stopped_and_resumed(desk: Desk) -> None:
    person = employ(desk.issuer, Role.VIEWER)
    theirs = Desk(desk.issuer, staff=person)
    desk.post(f"staff/{person.pk}/role/", {"role": "operator", "reason": "昇任"})
    act = last_act(desk)
    assert (act.before, act.after, act.reason) == ({"role": "viewer"}, {"role": "operator"}, "昇任")
    assert theirs.get("auditentry/").status_code == 200
    desk.post(f"staff/{person.pk}/stop/", {"reason": "退職"})
    assert theirs.get().status_code == 303
    desk.post(f"staff/{person.pk}/start/", {"reason": "復職"})
    assert [last_act(desk).act, last_act(desk).reason] == ["staff_activated", "復職"]


def test_nobody_does_it_to_oneself(desk: Desk) -> None:
    employ(desk.issuer)  # another owner: it is not for want of one
    own = f"staff/{desk.staff.pk}"
    for page, form in (("role", {"role": "viewer"}), ("stop", {})):
        answer = desk.post(f"{own}/{page}/", {"reason": "試し", **form})
        assert "ご自分のこと" in words(answer)
    assert desk.post(f"{own}/password/", {"reason": "試し"}).status_code == 404
    assert desk.post(f"{own}/second-factor/", {"reason": "試し"}).status_code == 404
    assert Staff.objects.get(pk=desk.staff.pk).role == Role.OWNER
    assert last_act(desk).act == "log_in"


def test_a_lost_phone_and_a_forgotten_password(desk: Desk) -> None:
    person = employ(desk.issuer, Role.SUPPORT)
    desk.post(f"staff/{person.pk}/second-factor/", {"reason": "機種変更"})
    assert not has_second_factor(person)
    with quick_hashing():
        assert "data-initial-password" in words(
            desk.post(f"staff/{person.pk}/password/", {"reason": "忘れた"})
        )
    person.refresh_from_db()
    assert not person.check_password(PASSWORD)
    assert last_act(desk).act == "staff_password_reset"


def test_ones_own_password_is_changed_with_the_old_one(desk: Desk) -> None:
    elsewhere = Desk(desk.issuer, staff=desk.staff)
    new = {"password": "another-horse-2027", "again": "another-horse-2027"}
    assert desk.post("password/", {"current": "no", **new}).status_code == 422
    with quick_hashing():
        assert desk.post("password/", {"current": PASSWORD, **new}).status_code == 303
    assert [desk.get().status_code, elsewhere.get().status_code] == [200, 303]
