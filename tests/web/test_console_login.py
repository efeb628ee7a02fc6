"""Getting into the console: password, then second factor; limits; sessions; its own policy."""

from datetime import timedelta

import pyotp
import pytest
from django.conf import settings
from django.test import Client

from hansatsu.commands.running import whoever_runs
from hansatsu.parties.identity.models import Role, SecondFactor, Staff
from hansatsu.parties.issuers.audit import CONSOLE
from hansatsu.parties.issuers.models import AuditEntry
from hansatsu.parties.seals.secrets_box import unseal
from hansatsu.parties.staff.accounts import hire_first_owner
from tests.support.clerks import Desk, employ
from tests.support.clients import Visitor, words
from tests.support.tills import Till, hire, new_code
from tests.town import PASSWORD, Town, make_town, quick_hashing


@pytest.fixture(scope="module")
def town() -> Town:
    return make_town()


@pytest.fixture(scope="module")
def desk(town: Town) -> Desk:
    return Desk(town.issuer)


def outside(town: Town) -> Client:
    return Client(SERVER_NAME="localhost", REMOTE_ADDR=f"street of {town.issuer.code}"[:40])


def test_a_password_alone_lets_nobody_in(town: Town) -> None:
    client, staff = outside(town), employ(town.issuer)
    answer = client.post("/console/login/", {"login_id": staff.login_id, "password": PASSWORD})
    assert answer["Location"] == "/console/login/code/"
    assert client.get("/console/")["Location"] == "/console/login/"
    assert client.post("/console/login/code/", {"code": "000000"}).status_code == 422
    assert client.get("/console/")["Location"] == "/console/login/"
    answer = client.post("/console/login/code/", {"code": new_code(staff)})
    assert answer["Location"] == "/console/"
    assert client.get("/console/").status_code == 200


def test_the_first_owner_chooses_a_password_and_enrols(town: Town) -> None:
    client = outside(town)
    with quick_hashing():
        made = hire_first_owner(
            whoever_runs(town.issuer),
            login_id=f"first-{town.issuer.code.lower()}",
            display_name="責任者",
        )
    staff = made.staff
    assert staff is not None
    form = {"login_id": staff.login_id, "password": made.password}
    assert client.post("/console/login/", form)["Location"] == "/console/login/password/"
    with quick_hashing():
        new = {"password": "own-horse-2026-x", "again": "own-horse-2026-x"}
        answer = client.post("/console/login/password/", new)
    assert answer["Location"] == "/console/login/enrol/"
    assert "data-secret-key" in words(client.get("/console/login/enrol/"))
    secret = unseal(SecondFactor.objects.get(staff=staff).sealed_secret)
    answer = client.post("/console/login/enrol/", {"code": pyotp.TOTP(secret).now()})
    assert "data-recovery-codes" in words(answer)
    assert client.get("/console/").status_code == 303
    assert client.post("/console/login/finish/")["Location"] == "/console/"
    assert client.get("/console/").status_code == 200


def test_many_wrong_codes_must_wait(town: Town) -> None:
    client, staff = outside(town), employ(town.issuer)
    client.post("/console/login/", {"login_id": staff.login_id, "password": PASSWORD})
    for _ in range(5):
        client.post("/console/login/code/", {"code": "000000"})
    answer = client.post("/console/login/code/", {"code": new_code(staff)})
    assert "しばらく入力できません" in words(answer)
    assert client.get("/console/").status_code == 303


def test_a_shops_staff_are_led_to_their_own_site(town: Town) -> None:
    client, staff = outside(town), hire(town.shop, role=Role.MANAGER)
    answer = client.post("/console/login/", {"login_id": staff.login_id, "password": PASSWORD})
    assert "加盟店サイトをご利用ください" in words(answer)
    assert client.get("/console/").status_code == 303


def test_they_come_back_to_where_they_were_going_and_nowhere_else(town: Town) -> None:
    for wanted, got in (
        ("/console/auditentry/", "/console/auditentry/"),
        ("https://evil.example/console/", "/console/"),
        ("//evil.example/console/", "/console/"),
        ("/shop/", "/console/"),
    ):
        client, staff = outside(town), employ(town.issuer)
        form = {"login_id": staff.login_id, "password": PASSWORD, "next": wanted}
        client.post("/console/login/", form)
        answer = client.post("/console/login/code/", {"code": new_code(staff)})
        assert answer["Location"] == got


def test_one_browser_holds_resident_till_and_console_apart(town: Town) -> None:
    desk, till, visitor = Desk(town.issuer), Till(town.shop), Visitor(town.issuer)
    till.client = visitor.client = desk.client
    visitor.enter(town.resident)
    till.log_in()
    desk.send_password()
    desk.post("login/code/", {"code": new_code(desk.staff)})
    assert [desk.get().status_code, till.get().status_code] == [200, 200]
    desk.post("logout/")
    assert [desk.get().status_code, till.get().status_code] == [303, 200]
    assert visitor.get("").status_code == 200


def test_what_ends_a_session(town: Town) -> None:
    desk = Desk(town.issuer)
    Staff.objects.filter(pk=desk.staff.pk).update(is_active=False)
    assert desk.get().status_code == 303
    Staff.objects.filter(pk=desk.staff.pk).update(is_active=True, password="other")
    assert desk.get().status_code == 303


@pytest.mark.parametrize("away", [timedelta(hours=1, minutes=1), timedelta(hours=13)])
def test_a_session_ends_when_left_alone(town: Town, away: timedelta) -> None:
    desk = Desk(town.issuer)
    session = desk.client.session
    for moment in ("seen", "until"):
        session["console"][moment] -= away.total_seconds()
    session.save()
    assert desk.get().status_code == 303


def test_coming_and_going_stands_in_the_audit_log(town: Town) -> None:
    desk = Desk(town.issuer)
    desk.post("logout/")
    acts = AuditEntry.objects.of(town.issuer).filter(actor=desk.staff.actor).order_by("pk")
    assert [(each.act, each.place) for each in acts] == [("log_in", CONSOLE), ("log_out", CONSOLE)]


def test_only_pages_under_the_theme_have_its_policy(town: Town, desk: Desk) -> None:
    policy = desk.get()["Content-Security-Policy"]
    assert "script-src 'self' 'unsafe-eval';" in f"{policy};"
    assert "style-src 'self' 'unsafe-inline';" in f"{policy};"
    strict = outside(town).get("/console/login/")["Content-Security-Policy"]
    assert "unsafe" not in strict
    for page in (f"/{town.issuer.code}/", "/shop/login/", f"/{town.issuer.code}/login/"):
        assert desk.client.get(page)["Content-Security-Policy"] == strict
    assert "unsafe" not in str(settings.SECURE_CSP)


def test_the_theme_speaks_japanese_and_english(desk: Desk) -> None:
    page = words(desk.get("auditentry/"))
    for english in ("Light", "Log out", "Search", "Toggle", "No results", "Filters"):
        assert f">{english}<" not in page
    for japanese in ("明るい", "ログアウト", "操作の記録", "ホーム"):
        assert japanese in page
    english_page = words(desk.client.get("/console/auditentry/", {"languageCd": "en"}))
    assert "Audit log" in english_page
    desk.client.get("/console/", {"languageCd": "ja"})


def test_forms_of_other_sites_are_refused(town: Town) -> None:
    client = Client(enforce_csrf_checks=True, SERVER_NAME="localhost")
    client.cookies = Desk(town.issuer).client.cookies
    for page in ("logout/", "staff/new/", "password/"):
        assert client.post(f"/console/{page}", {}).status_code == 403
    # a clerk who is in has the log-in behind them, no matter who sent its form
    assert client.post("/console/login/", {}).headers["Location"] == "/console/"
