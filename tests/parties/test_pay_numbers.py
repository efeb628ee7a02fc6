"""Pay numbers: an issuer's own three digits, kept where they can be, never 000."""

from datetime import UTC, datetime, timedelta
from importlib import import_module

import psycopg
import pytest

from hansatsu.parties.issuers.models import Issuer
from hansatsu.parties.issuers.pay_numbers import FORMER_SERVES, pay_numbers
from hansatsu.parties.issuers.services import open_issuer
from tests.support.copies import DatabaseCopy
from tests.support.own_database import django_on
from tests.support.racing import CALLERS, race
from tests.town import new_issuer

NUMBERING = import_module("hansatsu.parties.issuers.migrations.0011_pay_number").NUMBERING
MOMENT = datetime(2026, 4, 1, tzinfo=UTC)

UNDO = """
    alter table issuers_issuer disable trigger issuers_give_pay_number;
    alter table issuers_issuer alter pay_number drop not null, alter pay_number drop default;
    update issuers_issuer set pay_number = null;
"""


def _make(copy: DatabaseCopy, *ids: int) -> list[int]:
    """Issuers with these ids, made one after the other; their pay numbers."""
    made = []
    with django_on(copy), psycopg.connect(copy.owner_url, autocommit=True) as owner:
        for each in ids:
            owner.execute("select setval('issuers_issuer_id_seq', %s, false)", [each])
            issuer = open_issuer(new_issuer())
            assert issuer.pk == each
            made.append(issuer.pay_number)
            issuer.refresh_from_db()
            assert issuer.pay_number == made[-1]
    return made


def test_a_new_issuer_gets_the_last_digits_of_its_id_or_the_first_free_ones(
    database_copy: DatabaseCopy,
) -> None:
    assert _make(database_copy, 7, 1000, 1007, 2, 2000) == [7, 1, 2, 3, 4]


def test_what_exists_keeps_its_digits_where_they_are_free(database_copy: DatabaseCopy) -> None:
    _make(database_copy, 1, 3, 1000, 1001, 1005, 2005)
    with psycopg.connect(database_copy.owner_url, autocommit=True) as owner:
        owner.execute(UNDO)
        owner.execute(NUMBERING)
        rows = owner.execute(
            "select id, pay_number, renumbered_at is not null from issuers_issuer order by id"
        ).fetchall()
    assert rows == [
        (1, 1, False),
        (3, 3, False),
        (1000, 2, True),
        (1001, 4, True),
        (1005, 5, False),
        (2005, 6, True),
    ]


@pytest.mark.parametrize("number", [1000, 7])
def test_a_number_is_of_three_digits_and_of_one_issuer(
    database_copy: DatabaseCopy, number: int
) -> None:
    _make(database_copy, 7, 8)
    with (
        psycopg.connect(database_copy.owner_url, autocommit=True) as owner,
        pytest.raises(psycopg.IntegrityError),
    ):
        owner.execute("update issuers_issuer set pay_number = %s where id = 8", [number])


def test_the_thousandth_issuer_is_refused(database_copy: DatabaseCopy) -> None:
    _make(database_copy, 7)
    with psycopg.connect(database_copy.owner_url, autocommit=True) as owner:
        owner.execute("alter table issuers_issuer drop constraint issuer_pay_number_once")
        owner.execute("select setval('issuers_issuer_id_seq', 100)")
        copied = "select i.*, n from issuers_issuer as i, generate_series(1, 999) as n"
        owner.execute(f"create temp table many as {copied} where n <> 7")
        owner.execute("update many set id = 1000 + n, pay_number = n, code = 'CODE' || n")
        owner.execute("update many set payment_prefix = 'PREFIX' || lpad(n::text, 7, '0')")
        owner.execute("alter table many drop column n")
        owner.execute("insert into issuers_issuer select * from many")
    with django_on(database_copy):
        with pytest.raises(Exception, match="all 999 pay numbers"):
            open_issuer(new_issuer())
        assert Issuer.objects.count() == 999


def test_issuers_made_at_once_have_numbers_of_their_own() -> None:
    made = race(lambda _: open_issuer(new_issuer()).pay_number)
    assert len(set(made)) == CALLERS


def test_former_digits_stand_for_a_day_after_they_were_changed() -> None:
    assert pay_numbers(1000, 1, None, MOMENT) == (1,)
    assert pay_numbers(1000, 1, MOMENT, MOMENT) == (1, 0)
    assert pay_numbers(1000, 1, MOMENT, MOMENT + FORMER_SERVES - timedelta(seconds=1)) == (1, 0)
    assert pay_numbers(1000, 1, MOMENT, MOMENT + FORMER_SERVES) == (1,)


def test_a_till_is_told_what_codes_begin_with() -> None:
    assert Issuer(pay_number=7).code_prefixes == ["9007", "C"]
