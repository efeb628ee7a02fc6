"""Tills of shops, and the issuer's alarms."""

import pytest
from django.db import Error, IntegrityError, transaction

from hansatsu.parties.issuers.alarms import raise_alarm
from hansatsu.parties.issuers.models import Alarm
from hansatsu.parties.shops.models import Terminal
from hansatsu.parties.shops.terminals import find_terminal, open_terminal, revoke_terminal
from tests.town import Town, make_town


def test_a_terminal_is_found_by_its_own_shop_only(town: Town) -> None:
    terminal = open_terminal(town.shop, "Browser\0" + "x" * 300)
    found = find_terminal(town.shop, terminal.pk)
    assert found == terminal
    assert found.kind == "page"
    assert found.issuer_id == town.issuer.pk
    assert found.name.startswith("Browserx")
    assert len(found.name) == 200
    assert find_terminal(town.large_shop, terminal.pk) is None
    assert find_terminal(make_town().shop, terminal.pk) is None
    assert find_terminal(town.shop, 0) is None


def test_a_revoked_terminal_is_not_found(town: Town) -> None:
    terminal, other = open_terminal(town.shop, "1"), open_terminal(town.shop, "2", "pos")
    revoke_terminal(terminal)
    terminal.refresh_from_db()
    revoked_at = terminal.revoked_at
    revoke_terminal(terminal)
    terminal.refresh_from_db()
    assert terminal.revoked_at == revoked_at
    assert find_terminal(town.shop, terminal.pk) is None
    assert find_terminal(town.shop, other.pk) == other


def test_a_terminal_is_of_its_shops_issuer(town: Town) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Terminal.objects.create(
            issuer=make_town().issuer,
            shop=town.shop,
            name="?",
            kind="page",
            created_at="2026-01-01T00:00Z",
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        open_terminal(town.shop, "?", "fax")


def test_an_alarm_is_kept_for_its_issuer_and_logged(
    town: Town, caplog: pytest.LogCaptureFixture
) -> None:
    alarm = raise_alarm(town.issuer, kind="wrong_codes", subject="terminal:1", text="レジ1")
    assert Alarm.objects.of(town.issuer).get() == alarm
    assert not Alarm.objects.of(make_town().issuer).exists()
    assert [record.levelname for record in caplog.records] == ["WARNING"]


def test_alarms_are_never_changed(town: Town) -> None:
    alarm = raise_alarm(town.issuer, kind="wrong_codes", subject="terminal:1", text="レジ1")
    mine = Alarm.objects.filter(pk=alarm.pk)
    for change in (lambda: mine.update(text="?"), mine.delete):
        with pytest.raises(Error, match="never changed"), transaction.atomic():
            change()
    assert mine.get().text == "レジ1"
