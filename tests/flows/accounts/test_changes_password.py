"""A new password: the old one, other browsers and links made before open nothing."""

from datetime import timedelta

from hansatsu.flows.accounts.password_change import change_password
from hansatsu.messages.mail.models import Mail
from hansatsu.parties import clock
from hansatsu.parties.identity import sessions
from hansatsu.parties.identity.devices import open_device
from hansatsu.parties.identity.mailed_links import find_link, make_link
from hansatsu.parties.identity.models import Event, LogIn, Purpose, Resident
from hansatsu.parties.identity.residents import check_resident
from tests.parties.test_sessions import browser
from tests.town import PASSWORD, Town

NEW = "staple-battery-31"
HOME = "192.0.2.7"


def test_every_other_browser_is_out_and_this_one_stays(town: Town) -> None:
    here, there = browser(), browser()
    device = sessions.log_in(here, town.resident)
    other = sessions.log_in(there, town.resident)
    saved = open_device(town.resident, "Saved")
    changed = change_password(device, NEW, address=HOME)
    sessions.stay_logged_in(here, changed)
    assert sessions.current_device(here, town.issuer) == device
    assert sessions.current_device(there, town.issuer) is None
    for each in (other, saved):
        each.refresh_from_db()
        assert each.revoked_at is not None


def test_the_new_password_opens_and_the_old_one_does_not(town: Town) -> None:
    device = sessions.log_in(browser(), town.resident)
    change_password(device, NEW, address=HOME)

    def outcome(password: str) -> str:
        check = check_resident(town.issuer, login_id="hanako", password=password, address=HOME)
        return check.outcome

    assert (outcome(PASSWORD), outcome(NEW)) == ("wrong", "ok")


def test_what_was_under_way_ends(town: Town) -> None:
    issuer, resident = town.issuer, town.resident
    device = sessions.log_in(browser(), resident)
    hour = timedelta(hours=1)
    tokens = {
        purpose: make_link(issuer, purpose, resident.email, lifetime=hour, resident=resident)
        for purpose in (Purpose.PASSWORD, Purpose.UNLOCK, Purpose.EMAIL_STOP)
    }
    now = clock.now()
    waiting = LogIn.objects.create(
        issuer=issuer, login_id="hanako", resident=resident, made_at=now, expires_at=now + hour
    )
    change_password(device, NEW, address=HOME)
    states = {purpose: find_link(issuer, purpose, token).state for purpose, token in tokens.items()}
    assert states == {
        Purpose.PASSWORD: "used",
        Purpose.UNLOCK: "used",
        Purpose.EMAIL_STOP: "ok",
    }
    waiting.refresh_from_db()
    assert waiting.ended_at is not None


def test_it_is_mailed_and_recorded(town: Town) -> None:
    device = sessions.log_in(browser(), town.resident)
    open_device(town.resident, "Other")
    change_password(device, NEW, address=HOME)
    mail = Mail.objects.get(resident=town.resident)
    assert mail.subject == "【小山市共通商品券】パスワード変更のお知らせ"
    assert f"/{town.issuer.code}/recover/\n" in mail.text
    assert NEW not in mail.text
    event = Event.objects.get(resident=town.resident)
    assert (event.kind, event.detail) == ("password_changed", {"ended": 1})


def test_other_residents_keep_their_browsers(town: Town) -> None:
    taro = town.add_resident("taro")
    request = browser()
    sessions.log_in(request, taro)
    change_password(sessions.log_in(browser(), town.resident), NEW, address=HOME)
    assert sessions.current_resident(request, town.issuer) == Resident.objects.get(pk=taro.pk)
