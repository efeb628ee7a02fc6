"""Gift codes: made in bulk, kept as digests only, with the three rules of expiry."""

from datetime import UTC, date, datetime, timedelta
from time import perf_counter

import pytest
from django.db import connection

from hansatsu.formats.qr.bearer_code import CARD, grouped, new_code
from hansatsu.parties.gifts.expiry import Expiry
from hansatsu.parties.gifts.models import GiftBatch, GiftCode
from hansatsu.parties.gifts.services import NewGifts, find_gift, make_gifts, void_gift
from tests.town import Town, make_town

NEW_YEAR_IN_JAPAN = datetime(2026, 12, 31, 15, tzinfo=UTC)


def gifts(town: Town, **fields: object) -> NewGifts:
    values = {"values": [(town.all_shops, 3000)], "expiry": Expiry()} | fields
    return NewGifts("冬の抽選", **values)  # type: ignore[arg-type]


def test_ten_thousand_are_made_in_seconds(town: Town) -> None:
    begun = perf_counter()
    batch, codes = make_gifts(town.issuer, gifts(town), 10_000)
    assert perf_counter() - begun < 30  # about 2 on an idle machine
    assert len(set(codes)) == 10_000
    assert batch.codes.count() == 10_000
    found = find_gift(town.issuer, f" {grouped(codes[-1]).lower()} ")
    assert found is not None
    assert found.batch == batch
    assert found.last_four == codes[-1][-4:]


def test_the_code_is_not_kept(town: Town) -> None:
    code, gift = town.gift()
    with connection.cursor() as cursor:
        cursor.execute("select to_jsonb(g)::text from gifts_giftcode as g where id = %s", [gift.pk])
        assert code[1:10] not in str(cursor.fetchone())


def test_other_issuers_and_other_kinds_are_not_found(town: Town) -> None:
    code, _ = town.gift()
    assert find_gift(make_town().issuer, code) is None
    assert find_gift(town.issuer, new_code(CARD)) is None
    assert find_gift(town.issuer, "") is None


def test_nothing_is_made_without_value_or_with_another_issuers(town: Town) -> None:
    theirs = make_town().all_shops
    for values in ([], [(town.all_shops, 0)], [(theirs, 100)]):
        with pytest.raises(ValueError, match="gift holds"):
            make_gifts(town.issuer, gifts(town, values=values), 1)
    assert not GiftBatch.objects.of(town.issuer).exists()
    assert not GiftCode.objects.of(town.issuer).exists()


def test_a_code_is_void_once_and_only_while_nobody_has_taken_it(town: Town) -> None:
    _, gift = town.gift()
    assert void_gift(gift, reason="印刷の間違い")
    assert not void_gift(gift, reason="もう一度")
    gift.refresh_from_db()
    assert (gift.state, gift.void_reason) == ("void", "印刷の間違い")


def test_when_value_dies() -> None:
    assert Expiry().expires_at(NEW_YEAR_IN_JAPAN) is None
    on_day = Expiry(on=date(2027, 3, 31))
    assert on_day.expires_at(NEW_YEAR_IN_JAPAN) == datetime(2027, 3, 31, 15, tzinfo=UTC)
    six = Expiry(after=6)
    assert six.last_day(date(2027, 3, 1)) == date(2027, 8, 31)
    assert six.last_day(date(2026, 8, 31)) == date(2027, 2, 27)
    assert six.expires_at(NEW_YEAR_IN_JAPAN) == datetime(2027, 6, 30, 15, tzinfo=UTC)
    before = NEW_YEAR_IN_JAPAN - timedelta(seconds=1)
    assert six.expires_at(before) == datetime(2027, 6, 29, 15, tzinfo=UTC)
    with pytest.raises(ValueError, match="not both"):
        _ = Expiry(on=date(2027, 3, 31), after=6).kind


@pytest.mark.parametrize("unseen", ["\u200b", "\ufeff", "\u00ad", "\u2060", "\u200e"])
def test_a_gift_code_is_found_whatever_nobody_sees_in_it(unseen: str) -> None:
    town = make_town()
    code, gift = town.gift()
    assert find_gift(town.issuer, f"{unseen}{code[:6]}{unseen}{code[6:]}") == gift
