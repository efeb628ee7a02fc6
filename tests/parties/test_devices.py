"""Residents' browsers: a number each, and dead once revoked."""

from django.db import connection

from hansatsu.parties.identity import sessions
from hansatsu.parties.identity.devices import open_device, revoke_device
from hansatsu.parties.identity.models import Device
from tests.parties.test_sessions import browser
from tests.town import make_town


def test_each_log_in_is_a_device_that_the_ledger_knows() -> None:
    town = make_town()
    request = browser()
    request.META["HTTP_USER_AGENT"] = "Phone/1\0" + "x" * 300
    device = sessions.log_in(request, town.resident)
    assert sessions.current_device(request, town.issuer) == device
    assert device.label.startswith("Phone/1x")
    assert len(device.label) == 200
    with connection.cursor() as cursor:
        cursor.execute(
            "select wallet_id, revoked_at from ledger.device where device_id = %s",
            [device.ledger_id],
        )
        assert cursor.fetchall() == [(town.resident.wallet_id, None)]


def test_a_revoked_device_is_logged_out_and_nobody_else() -> None:
    town = make_town()
    lost, kept = browser(), browser()
    device = sessions.log_in(lost, town.resident)
    sessions.log_in(kept, town.resident)
    revoke_device(device)
    revoke_device(device)
    assert sessions.current_resident(lost, town.issuer) is None
    assert sessions.current_resident(kept, town.issuer) == town.resident
    with connection.cursor() as cursor:
        cursor.execute(
            "select revoked_at is null from ledger.device where wallet_id = %s order by 1",
            [town.resident.wallet_id],
        )
        assert cursor.fetchall() == [(False,), (True,)]


def test_leaving_revokes_the_device() -> None:
    town = make_town()
    request = browser()
    device = sessions.log_in(request, town.resident)
    sessions.log_out(request, town.issuer)
    device.refresh_from_db()
    assert device.revoked_at is not None


def test_a_known_device_logs_in_again_as_itself() -> None:
    town = make_town()
    device = open_device(town.resident, "Phone")
    request = browser()
    assert sessions.log_in(request, town.resident, device) == device
    assert Device.objects.of(town.issuer).count() == 1
