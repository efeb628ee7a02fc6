"""A resident's fields are described once, all of them, or it is said why not."""

from dataclasses import fields

import pytest

from hansatsu.parties.identity.models import Resident
from hansatsu.parties.identity.resident_fields import FIELD, FIELDS, NOT_DESCRIBED, PARTS, fields_of
from hansatsu.parties.identity.residents import NewResident
from hansatsu.web.shared.resident_lines import LINES

KEPT = {field.name for field in Resident._meta.concrete_fields}


def test_every_field_is_described_or_it_is_said_why_not() -> None:
    assert KEPT - FIELD.keys() - NOT_DESCRIBED.keys() == set()


def test_nothing_is_described_or_excused_that_is_not_there() -> None:
    assert FIELD.keys() - KEPT == set()
    assert NOT_DESCRIBED.keys() - KEPT == set(), "an excuse that nothing needs any more"
    assert NOT_DESCRIBED.keys() & FIELD.keys() == set()
    assert len(FIELD) == len(FIELDS)


def test_a_resident_is_made_from_what_is_described() -> None:
    assert {field.name for field in fields(NewResident)} == FIELD.keys() - {"created_at"}


def test_every_field_stands_in_one_line_of_the_screens() -> None:
    assert sorted(name for line in LINES for name in line.names) == sorted(FIELD)


def test_what_a_resident_changes_is_typed_into_boxes() -> None:
    for part in PARTS:
        assert all(field.clean is not None for field in fields_of(part)), part


def test_nothing_that_was_never_asked_shows_a_word_of_ours() -> None:
    for field in FIELDS:
        if field.name not in ("email", "news_mail", "created_at"):  # never empty
            empty = None if field.name == "birth_date" else ""
            assert (field.shown(empty), field.masked(empty)) == ("", ""), field.name


def test_what_is_optional_is_taken_empty_and_nothing_else_is() -> None:
    for field in FIELDS:
        if field.clean is not None and field.name != "news_mail":  # not ticked: no
            assert (field.clean("").error == "") == field.is_optional, field.name
        if field.is_optional:
            assert Resident._meta.get_field(field.name).blank, field.name


@pytest.mark.parametrize("sign", ["ア", "a", "1"])
def test_nothing_is_taken_that_is_too_long_for_its_column(sign: str) -> None:
    for field in FIELDS:
        longest = Resident._meta.get_field(field.name).max_length
        if field.clean is not None and longest:
            assert field.clean(sign * (longest + 1)).error, field.name
