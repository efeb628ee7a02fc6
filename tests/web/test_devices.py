"""ログイン中の端末: a lost phone is stopped alone."""

from datetime import timedelta

import psycopg
import pytest

from hansatsu.ledger import api as ledger
from hansatsu.parties import clock
from hansatsu.parties.identity.browser_words import browser_words
from hansatsu.parties.identity.devices import TOUCHED_EVERY, devices_of
from hansatsu.parties.identity.models import Device
from tests.support.at_the_till import read
from tests.support.clients import Visitor, words
from tests.town import Town, make_town
from tests.web.test_code import shown

IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15"
    " (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1"
)
ANDROID = (
    "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko)"
    " Chrome/131.0.0.0 Mobile Safari/537.36"
)


def newest(town: Town) -> Device:
    return Device.objects.filter(resident=town.resident).latest("pk")


def stop(visitor: Visitor, device: Device) -> int:
    return visitor.post(f"account/devices/{device.number}/").status_code


def test_this_browser_and_the_others_are_listed(town: Town, hanako: Visitor) -> None:
    Device.objects.filter(pk=newest(town).pk).update(label=IPHONE)
    Visitor.logged_in(town.resident)
    Device.objects.filter(pk=newest(town).pk).update(label=ANDROID)
    this, others = words(hanako.get("account/devices/")).split("ほかの端末", 1)
    assert "この端末" in this
    assert "iPhone · Safari" in this
    assert "Android · Chrome" in others
    assert "iPhone" not in others


def test_a_lost_phone_is_stopped_alone(town: Town, hanako: Visitor) -> None:
    lost = Visitor.logged_in(town.resident)
    digits = shown(lost)
    device = newest(town)
    asked = words(hanako.get(f"account/devices/{device.number}/"))
    assert "使用を停止する" in asked
    assert lost.get("").status_code == 200  # asking stops nothing
    assert stop(hanako, device) == 303
    assert lost.get("").status_code == 303
    assert lost.get("code.json").status_code == 401
    assert read(town, digits).outcome == "unknown_code"
    assert read(town, shown(hanako)).outcome == "ok"
    assert "端末の使用を停止しました。" in words(hanako.get("account/devices/?stopped=1"))
    assert stop(hanako, device) == 303  # a second tap
    assert hanako.get(f"account/devices/{device.number}/").status_code == 404


def test_stopping_this_browser_leads_to_the_log_in(town: Town, hanako: Visitor) -> None:
    answer = hanako.post(f"account/devices/{newest(town).number}/")
    assert answer["Location"] == hanako.address("login/")
    assert hanako.get("").status_code == 303


def test_nobody_elses_browser_is_seen_or_stopped(town: Town, hanako: Visitor) -> None:
    taro = town.add_resident("taro")
    hers = newest(town)
    other = make_town()
    for visitor in (Visitor.logged_in(taro), Visitor.logged_in(other.resident)):
        assert visitor.get(f"account/devices/{hers.number}/").status_code == 404
        assert stop(visitor, hers) == 404
    assert hanako.get("").status_code == 200
    assert stop(hanako, Device(number=10**30)) == 404


def test_a_stranger_stops_nothing(town: Town, hanako: Visitor) -> None:
    device = newest(town)
    assert stop(Visitor(town.issuer), device) == 303
    assert "login" in Visitor(town.issuer).get("account/devices/")["Location"]
    guarded = Visitor.logged_in(town.resident, enforce_csrf_checks=True)
    assert stop(guarded, device) == 403
    assert devices_of(town.resident)[-1] == device


def test_being_seen_is_noted_once_an_hour_and_not_by_the_poll(
    town: Town, hanako: Visitor, clock_connection: psycopg.Connection
) -> None:
    opened = newest(town).seen_at
    hanako.get("")
    assert newest(town).seen_at == opened
    ledger.set_clock(clock_connection, clock.now() + TOUCHED_EVERY + timedelta(minutes=1))
    hanako.get("code.json")
    assert newest(town).seen_at == opened
    hanako.get("")
    touched = newest(town).seen_at
    assert touched - opened >= TOUCHED_EVERY
    hanako.get("balance/")
    assert newest(town).seen_at == touched


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (IPHONE, "iPhone · Safari"),
        (ANDROID, "Android · Chrome"),
        ("Mozilla/5.0 (Windows NT 10.0) … Chrome/131 Safari/537.36 Edg/131", "Windows · Edge"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Firefox/133.0", "Linux · Firefox"),
        ("curl/8", ""),
        ("", ""),
    ],
)
def test_browsers_are_called_as_their_owners_call_them(agent: str, name: str) -> None:
    assert browser_words(agent) == name
