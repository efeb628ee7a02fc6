"""What the console says of what is typed and shown: in its own words, and as it was meant."""

from datetime import date, datetime

import pytest
from django import forms
from django.utils.translation import override

from hansatsu.formats.japan import JAPAN, start_of
from hansatsu.parties.issuers.models import AuditEntry
from hansatsu.web.console.frame import fields
from hansatsu.web.shared.audit_words import done_words, lines
from hansatsu.web.shared.time_words import period_words, until_words


@pytest.mark.parametrize(
    ("typed", "number"),
    [("12", 12), ("１２", 12), ("1,280", 1280), ("１，２８０", 1280), (" 7 ", 7), ("-3", -3)],
)
def test_a_whole_number_as_people_write_it(typed: str, number: int) -> None:
    assert fields.number("", -10, 10_000).clean(typed) == number


@pytest.mark.parametrize("typed", ["12.5", "12.0", "1,2", "½", "①", "²", "1e3", "12円", "1 2"])
def test_what_is_no_whole_number_is_never_another_one(typed: str) -> None:
    """12.5 is no 125, and no 12 either."""
    with override("ja"), pytest.raises(forms.ValidationError) as refused:
        fields.number("", 0, 10_000).clean(typed)
    assert refused.value.messages == ["数字だけで、小数点を付けずに入力してください。"]


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        (fields.text("", 5), "", "入力してください。"),
        (fields.text("", 5), "長い長い長い", "5文字以内で入力してください。"),
        (fields.number("", 1, 9), "0", "1以上の数を入力してください。"),
        (fields.number("", 1, 9), "10", "9以下の数を入力してください。"),
        (fields.choice("", [("a", "A")]), "", "選んでください。"),
        (fields.choice("", [("a", "A")]), "b", "一覧から選んでください。"),
        (fields.several("", [("a", "A")]), [], "選んでください。"),
        (fields.several("", [("a", "A")]), ["b"], "一覧から選んでください。"),
        (fields.day(""), "x", "日付を、2026-12-31のように入力してください。"),
        (fields.moment(""), "x", "日付と時刻を、どちらも入力してください。"),
        (fields.file("", ".csv"), None, "ファイルを選んでください。"),
    ],
)
def test_faults_are_said_in_one_voice(field: forms.Field, typed: object, said: str) -> None:
    """Before: Django's own sentences stood beside ours."""
    with override("ja"), pytest.raises(forms.ValidationError) as refused:
        field.clean(typed)
    assert refused.value.messages == [said]


def test_a_midnight_at_which_something_ends_is_the_day_before() -> None:
    """Before: 2027/01/01 00:00 for what can be bought on 31 December."""
    with override("ja"):
        midnight, noon = start_of(date(2027, 1, 1)), datetime(2027, 1, 1, 12, tzinfo=JAPAN)
        assert until_words(midnight) == "2026/12/31まで"
        assert until_words(noon) == "2027/01/01 12:00まで"
        assert until_words(None) == "期限なし"
        assert period_words(noon, midnight) == "2027/01/01 12:00から 2026/12/31まで"
        entry = AuditEntry(before={}, after={"until": midnight.isoformat()})
        assert lines(entry) == ["終了: 2026/12/31"]


def test_giving_back_on_the_day_is_torikeshi_and_later_henkin() -> None:
    number = "T123456789012" + "20261129" + "000000000001"
    at = datetime(2026, 11, 29, 12, tzinfo=JAPAN)
    entry = AuditEntry(act="refund", subject=f"payment:{number}", at=at)
    with override("ja"):
        assert done_words(entry) == "取消"
        entry.at = at.replace(day=30)
        assert done_words(entry) == "返金"
