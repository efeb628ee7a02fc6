"""退会: the account is shut for ever, and the books hold what its wallet held."""

from datetime import timedelta

from hansatsu.database.connections import ledger_connection
from hansatsu.flows.accounts.leaving import leave
from hansatsu.ledger import api as ledger
from hansatsu.messages.mail.models import Mail
from hansatsu.parties import clock
from hansatsu.parties.identity import sessions
from hansatsu.parties.identity.devices import open_device
from hansatsu.parties.identity.mailed_links import find_link, make_link
from hansatsu.parties.identity.models import Event, Passkey, Purpose, Resident
from hansatsu.parties.identity.residents import check_resident
from hansatsu.parties.wallets.selectors import total_balance
from tests.parties.test_sessions import browser
from tests.support.sound import is_sound
from tests.town import PASSWORD, Town

HOME = "192.0.2.7"


def wallet_state(town: Town) -> str | None:
    return ledger.wallet_state(ledger_connection(), town.issuer.pk, town.resident.wallet_id)


def again(town: Town) -> Resident:
    return Resident.objects.get(pk=town.resident.pk)


def test_an_empty_wallet_is_closed_and_nobody_gets_in(town: Town) -> None:
    request = browser()
    sessions.log_in(request, town.resident)
    saved = open_device(town.resident, "Saved")
    Passkey.objects.create(
        issuer=town.issuer,
        resident=town.resident,
        credential_id=town.issuer.code.encode(),
        public_key=b"",
        name="Phone",
        created_at=clock.now(),
    )
    hour = timedelta(hours=1)
    token = make_link(
        town.issuer, Purpose.PASSWORD, "hanako@example.jp", lifetime=hour, resident=town.resident
    )
    assert leave(town.resident, shown_balance=0, address=HOME) == "left"
    assert wallet_state(town) == "closed"
    assert again(town).closed_at is not None
    assert sessions.current_resident(request, town.issuer) is None
    saved.refresh_from_db()
    assert saved.revoked_at is not None
    assert not Passkey.objects.filter(resident=town.resident).exists()
    assert find_link(town.issuer, Purpose.PASSWORD, token).state == "used"
    check = check_resident(town.issuer, login_id="hanako", password=PASSWORD, address=HOME)
    assert check.outcome == "wrong"


def test_a_balance_is_frozen_and_stays_in_the_books(town: Town) -> None:
    town.charge(town.resident, town.all_shops, 1234)
    assert leave(town.resident, shown_balance=1234, address=HOME) == "left"
    assert wallet_state(town) == "frozen"
    assert total_balance(town.issuer, town.resident.wallet_id) == 1234
    assert town.pay(town.resident, town.shop, 100).outcome == "frozen"
    assert is_sound()


def test_another_balance_than_was_shown_stops_it_all(town: Town) -> None:
    town.charge(town.resident, town.all_shops, 500)
    request = browser()
    sessions.log_in(request, town.resident)
    assert leave(town.resident, shown_balance=0, address=HOME) == "balance_changed"
    assert wallet_state(town) == "open"
    assert again(town).closed_at is None
    assert sessions.current_resident(request, town.issuer) == town.resident
    assert not Mail.objects.filter(resident=town.resident, kind="left").exists()
    assert not Event.objects.filter(resident=town.resident).exists()
    assert town.pay(town.resident, town.shop, 100).outcome == "paid"
    assert leave(town.resident, shown_balance=400, address=HOME) == "left"


def test_it_is_mailed_and_recorded_once(town: Town) -> None:
    town.charge(town.resident, town.all_shops, 1234)
    for _ in range(2):
        assert leave(town.resident, shown_balance=1234, address=HOME) == "left"
    mail = Mail.objects.get(resident=town.resident, kind="left")
    assert "退会時の残高: 1,234円" in mail.text
    assert "払い戻しはできません" in mail.text
    event = Event.objects.get(resident=town.resident)
    assert (event.kind, event.detail) == ("left", {"balance": 1234})


def test_a_wallet_that_the_office_froze_can_be_left(town: Town) -> None:
    ledger.change_state(
        ledger_connection(),
        "freeze",
        request=ledger.Request.of("test", town.issuer.code, "freeze"),
        issuer_id=town.issuer.pk,
        wallet_id=town.resident.wallet_id,
        reason="test",
    )
    assert leave(town.resident, shown_balance=0, address=HOME) == "left"
    assert wallet_state(town) == "frozen"
