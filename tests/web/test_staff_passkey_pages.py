"""The own passkeys of the issuer's staff and of managers: added after proof, named, removed, and
gone when the phone is lost or the account stopped."""

import json
import re
from html import unescape
from typing import Any

import pytest
from django.http import HttpResponse
from webauthn.helpers import base64url_to_bytes

from hansatsu.parties.identity.models import Passkey, Role, Staff
from hansatsu.parties.identity.passkey_registration import MOST
from hansatsu.parties.identity.passkeys import passkeys_of, site_id, site_origin
from hansatsu.parties.issuers.models import AuditEntry
from hansatsu.parties.staff.second_factor import forget_second_factor, has_second_factor
from tests.support.authenticator import Authenticator
from tests.support.clerks import Desk, employ
from tests.support.clients import words
from tests.support.passkeys import Key
from tests.support.staff_doors import SITES
from tests.support.tills import Till, hire, new_code
from tests.town import Town, make_town

PAGES = {"console": "passkeys/", "shop": "me/passkeys/"}
ANDROID = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/130.0 Mobile Safari/537.36"


class Own:
    """Somebody at their own passkeys. Addresses start below the list's."""

    def __init__(self, town: Town, site: str) -> None:
        self.browser: Desk | Till
        if site == "console":
            self.browser = Desk(town.issuer)
        else:
            self.browser = Till(town.shop, hire(town.shop, role=Role.MANAGER))
        self.staff = self.browser.staff
        self.folder = PAGES[site]

    def get(self, page: str = "") -> HttpResponse:
        """GET one of the pages."""
        return self.browser.get(self.folder + page)

    def post(self, page: str, **form: str) -> HttpResponse:
        """POST to one of the pages."""
        return self.browser.post(self.folder + page, form, headers={"user-agent": ANDROID})

    def challenge(self) -> bytes:
        """What their browser is asked to sign, once a code was typed."""
        page = words(self.post("add/", code=new_code(self.staff)))
        shown = re.search(r'data-options="([^"]+)"', page)
        assert shown is not None, page
        return base64url_to_bytes(json.loads(unescape(shown[1]))["challenge"])

    def finish(self, answer: str) -> HttpResponse:
        """Send what a browser made."""
        return self.post("add/finish/", answer=answer)

    def acts(self) -> list[tuple[str, Any, Any]]:
        """What the audit log has of passkeys of theirs."""
        entries = AuditEntry.objects.of(self.staff.issuer).filter(
            subject=self.staff.actor, act__startswith="passkey"
        )
        return [(each.act, each.before, each.after) for each in entries.order_by("pk")]


def device(**fields: bool | str) -> Authenticator:
    return Authenticator(**({"site_id": site_id(), "origin": site_origin()} | fields))  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def town() -> Town:
    return make_town()


@pytest.fixture(params=SITES)
def own(request: pytest.FixtureRequest, town: Town) -> Own:
    return Own(town, request.param)


def test_a_passkey_is_added_after_a_code(own: Own) -> None:
    assert "まだパスキーはありません。" in words(own.get())
    made = device()
    answer = own.finish(made.register(own.challenge()))
    assert answer["Location"].endswith("/passkeys/?done=added")
    (kept,) = passkeys_of(own.staff)
    assert (kept.name, kept.issuer, kept.resident) == ("Android · Chrome", own.staff.issuer, None)
    assert bytes(kept.credential_id) == made.credential_id
    assert own.acts() == [("passkey_added", {}, {"passkey": "Android · Chrome"})]
    page = words(own.get("?done=added"))
    for said in ("パスキーを追加しました。", "Android · Chrome", "まだ使っていません"):
        assert said in page


def test_a_wrong_code_or_none_makes_no_passkey(own: Own) -> None:
    for code in ("", "000000"):
        answer = own.post("add/", code=code)
        assert answer.status_code == 422
        assert "確認コードが違います" in words(answer)
        assert "data-options" not in words(answer)
    assert own.finish(device().register(b"c" * 32)).status_code == 422
    assert (passkeys_of(own.staff), own.acts()) == ([], [])


def test_a_code_that_let_in_adds_no_passkey(own: Own) -> None:
    code = new_code(own.staff)
    own.post("add/", code=code)
    answer = own.post("add/", code=code)
    assert answer.status_code == 422
    assert "data-options" not in words(answer)


@pytest.mark.parametrize(
    "fields",
    [{"verifies": False}, {"origin": "https://evil.example"}, {"site_id": "evil.example"}],
)
def test_what_does_not_hold_is_not_kept(own: Own, fields: dict[str, Any]) -> None:
    answer = own.finish(device(**fields).register(own.challenge()))
    assert answer.status_code == 422
    assert "パスキーを追加できませんでした" in words(answer)
    assert (passkeys_of(own.staff), own.acts()) == ([], [])


def test_a_challenge_serves_once_and_whom_it_was_given(own: Own, town: Town) -> None:
    given = own.challenge()
    assert own.finish("nonsense").status_code == 422
    assert own.finish(device().register(given)).status_code == 422
    assert own.finish(device().register(Own(town, "console").challenge())).status_code == 422
    assert (passkeys_of(own.staff), own.acts()) == ([], [])


def test_there_are_no_more_than_ten(own: Own) -> None:
    for _ in range(MOST):
        Key().belongs_to(own.staff)
    page = words(own.get())
    assert "10件まで" in page
    assert "add/" not in page
    assert own.finish(device().register(own.challenge())).status_code == 422
    assert len(passkeys_of(own.staff)) == MOST


def test_a_passkey_is_named_and_removed(own: Own) -> None:
    passkey = Key().belongs_to(own.staff)
    for typed in ("", " ", "x" * 61):
        assert own.post(f"{passkey.pk}/", name=typed).status_code == 422
    passkey.refresh_from_db()
    assert passkey.name == "スマホ"
    assert own.post(f"{passkey.pk}/", name=" 店の iPad ")["Location"].endswith("done=renamed")
    assert "店の iPad" in words(own.get())
    assert "店の iPad" in words(own.get(f"{passkey.pk}/remove/"))
    assert own.post(f"{passkey.pk}/remove/")["Location"].endswith("done=removed")
    assert passkeys_of(own.staff) == []
    assert own.acts() == [("passkey_removed", {"passkey": "店の iPad"}, {})]
    assert has_second_factor(own.staff)
    assert own.post(f"{passkey.pk}/remove/").status_code == 404


def test_nobody_elses_passkey_is_there(own: Own, town: Town) -> None:
    manager = hire(town.shop, role=Role.MANAGER)
    elsewhere = make_town()
    for owner in (employ(town.issuer), manager, employ(elsewhere.issuer), town.resident):
        passkey = Key().belongs_to(owner)
        before = Passkey.objects.filter(pk=passkey.pk).values().get()
        for page, form in ((f"{passkey.pk}/", {"name": "盗"}), (f"{passkey.pk}/remove/", {})):
            assert own.get(page).status_code == 404
            assert own.post(page, **form).status_code == 404
        assert Passkey.objects.filter(pk=passkey.pk).values().get() == before
    assert own.acts() == []


def test_without_an_authenticator_beside_it_none_is_kept(own: Own) -> None:
    answer = device().register(own.challenge())
    forget_second_factor(own.staff)
    assert own.finish(answer).status_code == 422
    assert (passkeys_of(own.staff), own.acts()) == ([], [])


def colleague(browser: Desk | Till) -> Staff:
    """Somebody beside them with a passkey, and one more who keeps theirs."""
    if isinstance(browser, Desk):
        person = employ(browser.issuer, Role.SUPPORT)
    else:
        person = hire(browser.shop, role=Role.MANAGER)
    Key().belongs_to(person)
    return person


@pytest.mark.parametrize(
    ("site", "page"),
    [
        ("console", "second-factor"),
        ("console", "stop"),
        ("shop", "second-factor"),
        ("shop", "deactivate"),
    ],
)
def test_a_lost_phone_and_a_stopped_account_have_no_passkey(
    town: Town, site: str, page: str
) -> None:
    own = Own(town, site)
    Key().belongs_to(own.staff)
    person = colleague(own.browser)
    own.browser.post(f"staff/{person.pk}/{page}/", {"reason": "機種変更"})
    assert passkeys_of(person) == []
    assert len(passkeys_of(own.staff)) == 1


def test_an_owner_sees_how_many_a_colleague_has(town: Town) -> None:
    desk, till = Own(town, "console").browser, Own(town, "shop").browser
    assert "1件" in words(desk.get(f"staff/{colleague(desk).pk}/"))
    assert "1件" in words(till.get(f"staff/{colleague(till).pk}/"))


def test_the_audit_log_says_it_in_words(town: Town) -> None:
    own = Own(town, "shop")
    own.finish(device().register(own.challenge()))
    assert "パスキーの追加" in words(own.browser.get("audit/"))
