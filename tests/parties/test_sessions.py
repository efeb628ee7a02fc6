"""Residents' sessions: one per issuer, a new key at each log-in, gone with the password."""

from importlib import import_module

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from hansatsu.parties.identity import sessions
from hansatsu.parties.identity.models import Resident
from tests.town import Town, make_town


def browser(key: str | None = None) -> HttpRequest:
    """A request of a browser that holds session ``key``."""
    request = HttpRequest()
    request.session = import_module(settings.SESSION_ENGINE).SessionStore(key)
    return request


def test_a_log_in_lasts_over_requests(town: Town) -> None:
    first = browser()
    sessions.log_in(first, town.resident)
    first.session.save()
    again = browser(first.session.session_key)
    assert sessions.current_resident(again, town.issuer) == town.resident


def test_nobody_is_logged_in_at_first(town: Town) -> None:
    assert sessions.current_resident(browser(), town.issuer) is None


def test_the_key_changes_at_log_in(town: Town) -> None:
    before = browser()
    before.session["seen"] = True
    before.session.save()
    fixed = before.session.session_key
    victim = browser(fixed)
    sessions.log_in(victim, town.resident)
    victim.session.save()
    assert victim.session.session_key != fixed
    assert sessions.current_resident(browser(fixed), town.issuer) is None


def test_each_issuer_has_its_own(town: Town) -> None:
    other = make_town()
    request = browser()
    sessions.log_in(request, town.resident)
    assert sessions.current_resident(request, other.issuer) is None
    sessions.log_in(request, other.resident)
    sessions.log_out(request, town.issuer)
    assert sessions.current_resident(request, town.issuer) is None
    assert sessions.current_resident(request, other.issuer) == other.resident


def test_logging_out_ends_the_session(town: Town) -> None:
    request = browser()
    sessions.log_in(request, town.resident)
    request.session.save()
    key = request.session.session_key
    sessions.log_out(request)
    assert sessions.current_resident(request, town.issuer) is None
    assert sessions.current_resident(browser(key), town.issuer) is None


def test_a_new_password_ends_other_sessions(town: Town) -> None:
    request = browser()
    sessions.log_in(request, town.resident)
    resident = Resident.objects.get(pk=town.resident.pk)
    resident.set_password("another-horse-2026")
    resident.save()
    assert sessions.current_resident(request, town.issuer) is None


def test_a_closed_resident_is_out(town: Town) -> None:
    request = browser()
    sessions.log_in(request, town.resident)
    Resident.objects.filter(pk=town.resident.pk).update(closed_at=timezone.now())
    assert sessions.current_resident(request, town.issuer) is None
