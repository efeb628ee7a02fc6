"""Every field that is described of a resident is on every page that tells of residents."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from hansatsu.flows.accounts.export import export_data
from hansatsu.parties.identity import fields
from hansatsu.parties.identity.models import Resident
from hansatsu.parties.identity.resident_fields import FIELD, FIELDS, PARTS, ResidentField, fields_of
from hansatsu.web.shared import resident_lines
from hansatsu.web.shared.resident_lines import LINES
from hansatsu.web.wallet import form_words
from tests.flows.accounts.forms import PASSWORD, TYPED
from tests.support.clerks import Desk
from tests.support.clients import Visitor, words
from tests.town import Town, make_town, quick_hashing
from tests.web.test_register import form_page, from_elsewhere

WHOLE = {
    "nickname": "はなちゃん",
    "birth_date": "1954-03-05",
    "gender": "female",
    "occupation": "retired",
    "postal_code": "3230023",
    "prefecture": "栃木県",
    "city": "小山市",
    "street": "中央町1-1-1",
    "building": "天王洲ハイツ101",
    "phone": "+81285000000",
    "news_mail": True,
}


@pytest.fixture
def town() -> Iterator[Town]:
    with quick_hashing():
        yield make_town()


@pytest.fixture
def hanako(town: Town) -> Resident:
    """With something in every field."""
    Resident.objects.filter(pk=town.resident.pk).update(**WHOLE)
    hanako = Resident.objects.select_related("issuer").get(pk=town.resident.pk)
    assert all(getattr(hanako, field.name) for field in FIELDS)
    return hanako


def _texts(resident: Resident, field: ResidentField) -> str:
    return field.shown(getattr(resident, field.name))


def test_the_export_has_every_field(hanako: Resident) -> None:
    data = json.loads(export_data(hanako, address="192.0.2.7"))
    assert list(data["profile"]) == list(FIELD)
    assert data["profile"]["phone"] == "+81285000000", "as it is kept"
    assert data["profile"]["birth_date"] == "1954-03-05"
    assert data["profile"]["news_mail"] is True


def test_the_account_page_shows_every_field(hanako: Resident) -> None:
    page = words(Visitor.logged_in(hanako).get("account/"))
    for field in FIELDS:
        if field.name != "created_at":
            assert _texts(hanako, field) in page, field.name


def test_every_part_has_a_form_that_holds_its_fields(hanako: Resident) -> None:
    visitor = Visitor.logged_in(hanako)
    for part in PARTS:
        page = words(visitor.get(f"account/details/{part}/"))
        for field in fields_of(part):
            assert f'name="{field.name}"' in page, field.name


def test_registration_asks_for_every_field_and_shows_it_again(town: Town) -> None:
    visitor = from_elsewhere(town)
    page = form_page(visitor, town)
    asked = words(visitor.get(page))
    for field in FIELDS:
        if field.is_asked and field.clean:
            assert f'name="{field.name}"' in asked, field.name
    visitor.post(page, TYPED | {"password": PASSWORD})
    shown = words(visitor.get(page + "confirm/"))
    for line in LINES:
        if FIELD[line.names[0]].is_asked:
            assert f"<dt>{line.label}</dt>" in shown, line.label


def test_support_sees_every_field_for_a_reason_and_what_is_not_hidden_without(
    hanako: Resident,
) -> None:
    desk = Desk(hanako.issuer, "support")
    page = f"support/residents/{hanako.pk}/"
    masked = words(desk.get(page))
    whole = words(desk.post(f"{page}personal/", {"reason": "本人から電話"}))
    for field in FIELDS:
        text = _texts(hanako, field)
        assert text in whole, field.name
        kept = getattr(hanako, field.name)
        assert field.masked(kept) in masked, field.name
        if field.is_hidden and field.name not in ("news_mail", "language"):
            assert text not in masked, field.name


def test_a_field_that_no_page_places_is_asked_for_and_its_error_is_led_to(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As one is that is added after this test was written."""
    placed: Any = form_words.PLACED - {"phone", "occupation"}
    monkeypatch.setattr(form_words, "PLACED", placed)
    visitor = from_elsewhere(town)
    page = form_page(visitor, town)
    asked = words(visitor.get(page))
    assert '<select class="field__input field__select" id="id_occupation"' in asked
    assert 'id="id_phone" name="phone"' in asked
    wrong = words(visitor.post(page, TYPED | {"phone": "1", "password": PASSWORD}))
    assert '<a href="#id_phone">' in wrong
    assert re.search(r'id="id_phone"[^>]*value="1"', wrong, re.S)
    assert visitor.post(page, TYPED).status_code == 303


def test_a_field_more_stands_in_a_line_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    more = ResidentField("station", FIELD["city"].label, fields.clean_city)
    monkeypatch.setattr(resident_lines, "FIELDS", (*FIELDS, more))
    assert resident_lines._lines()[-1].names == ("station",)
