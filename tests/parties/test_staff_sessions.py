"""Staff's sessions: apart from residents', a new key at log-in, gone with the password."""

import pytest

from hansatsu.parties.identity import sessions
from hansatsu.parties.identity.models import Staff
from hansatsu.parties.staff import shop_sessions
from hansatsu.parties.staff.checking import open_staff
from tests.parties.test_sessions import browser
from tests.town import PASSWORD, Town

pytestmark = pytest.mark.usefixtures("quickly")


@pytest.fixture
def cashier(town: Town) -> Staff:
    return open_staff(
        town.issuer,
        login_id=f"cashier-{town.issuer.code}",
        password=PASSWORD,
        role="cashier",
        display_name="レジ担当",
        shop=town.shop,
    )


def test_a_log_in_lasts_over_requests(cashier: Staff) -> None:
    first = browser()
    assert shop_sessions.current_staff(first) is None
    shop_sessions.log_in(first, cashier)
    first.session.save()
    assert shop_sessions.current_staff(browser(first.session.session_key)) == cashier


def test_the_key_and_the_csrf_token_change_at_log_in(cashier: Staff) -> None:
    request = browser()
    request.session["before"] = True
    request.session.save()
    before = request.session.session_key
    shop_sessions.log_in(request, cashier)
    assert request.session.session_key != before
    assert request.META["CSRF_COOKIE_NEEDS_UPDATE"]


def test_who_is_no_longer_active_is_out(cashier: Staff) -> None:
    request = browser()
    shop_sessions.log_in(request, cashier)
    cashier.is_active = False
    cashier.save()
    assert shop_sessions.current_staff(request) is None


def test_a_closed_shops_staff_is_out(town: Town, cashier: Staff) -> None:
    request = browser()
    shop_sessions.log_in(request, cashier)
    town.shop.open = False
    town.shop.save()
    assert shop_sessions.current_staff(request) is None


def test_a_change_of_password_ends_other_sessions(cashier: Staff) -> None:
    request = browser()
    shop_sessions.log_in(request, cashier)
    cashier.set_password("another-horse-2026")
    cashier.save()
    assert shop_sessions.current_staff(request) is None


def test_staff_and_residents_share_a_browser(town: Town, cashier: Staff) -> None:
    request = browser()
    sessions.log_in(request, town.resident)
    shop_sessions.log_in(request, cashier)
    assert sessions.current_resident(request, town.issuer) == town.resident
    before = request.session.session_key
    shop_sessions.log_out(request)
    assert shop_sessions.current_staff(request) is None
    assert sessions.current_resident(request, town.issuer) == town.resident
    assert request.session.session_key != before


def test_a_resident_who_leaves_takes_no_staff_along(town: Town, cashier: Staff) -> None:
    request = browser()
    sessions.log_in(request, town.resident)
    shop_sessions.log_in(request, cashier)
    sessions.log_out(request, town.issuer)
    assert sessions.current_resident(request, town.issuer) is None
    assert shop_sessions.current_staff(request) == cashier


def test_a_resident_is_no_staff(town: Town) -> None:
    request = browser()
    sessions.log_in(request, town.resident)
    assert shop_sessions.current_staff(request) is None
