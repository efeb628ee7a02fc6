"""Every field: what is taken, as what it is kept, and what is told."""

from datetime import date, timedelta

import pytest

from hansatsu.parties import clock
from hansatsu.parties.identity import fields


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("hanako@example.jp", "hanako@example.jp"),
        (" hanako @Example.JP ", "hanako@example.jp"),
        ("ｈａｎａｋｏ＠ｅｘａｍｐｌｅ．ｊｐ", "hanako@example.jp"),
        ("hanako.@docomo.ne.jp", "hanako.@docomo.ne.jp"),
        ("a..b@docomo.ne.jp", "a..b@docomo.ne.jp"),
        (".-_hana@ezweb.ne.jp", ".-_hana@ezweb.ne.jp"),
        ("Hana+town@example.co.jp", "Hana+town@example.co.jp"),
    ],
)
def test_a_mail_address_is_taken(typed: str, kept: str) -> None:
    assert fields.clean_email(typed) == fields.Cleaned(kept)


@pytest.mark.parametrize(
    "typed",
    ["", "hanako", "@example.jp", "a b@", "a@b", "a@@example.jp", "花子@example.jp", "a@-b.jp",
     '"a"@example.jp', "a@example.jp\nBcc: b@example.jp,c", "a@" + "b" * 250 + ".jp", "a@1.2.3.4",
     "a" * 65 + "@example.jp", "a,b@example.jp", "<a@example.jp>"],
)  # fmt: skip
def test_a_mail_address_is_refused(typed: str) -> None:
    assert fields.clean_email(typed).error


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("hanako", "hanako"), (" Hanako.1-2_3 ", "hanako.1-2_3"), ("ＨＡＮＡ１", "hana1")],
)
def test_a_login_id_is_taken(typed: str, kept: str) -> None:
    assert fields.clean_login_id(typed) == fields.Cleaned(kept)


@pytest.mark.parametrize("typed", ["", "abc", "a" * 33, "花子です", "a b c d", "a@b.jp", "ab/cd"])
def test_a_login_id_is_refused(typed: str) -> None:
    assert fields.clean_login_id(typed).error


@pytest.mark.parametrize(
    "password", ["うさぎとかめの競走です", "correct-horse-2026", " spaced  out "]
)
def test_a_password_is_taken_as_it_is(password: str) -> None:
    cleaned = fields.clean_password(password, unlike=("hanako", "hanako@example.jp", "小山"))
    assert cleaned == fields.Cleaned(password)


@pytest.mark.parametrize(
    "password",
    ["", "short", "x" * 129, "password123", "1234567890", "aaaaaaaaaaaa", "abababababab",
     "hanakooyama", "Hanako-Oyama", "hanako.oyama1"],
)  # fmt: skip
def test_a_password_is_refused(password: str) -> None:
    unlike = ("hanakooyama", "hanako.oyama@example.jp", "")
    cleaned = fields.clean_password(password, unlike=unlike)
    assert cleaned.error
    assert cleaned.value == "", "it is not to be shown again"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("髙﨑", "髙﨑"),
        ("神", "神"),  # a form that normalising would make another of
        ("小山　", "小山"),
        ("Ｃｌａｒｋｅ", "Clarke"),
        ("ﾊﾅｺ", "ハナコ"),
        ("O'Brien-Smith", "O'Brien-Smith"),
        ("辻󠄀", "辻󠄀"),
        ("一", "一"),
        ("佐々木", "佐々木"),
        ("José", "José"),
    ],
)
def test_a_name_keeps_its_characters(typed: str, kept: str) -> None:
    assert fields.clean_family_name(typed) == fields.Cleaned(kept)
    assert fields.clean_given_name(typed) == fields.Cleaned(kept)


@pytest.mark.parametrize("typed", ["", " 　", "花子2", "花子😀", "<b>", "あ" * 41, "\0"])
def test_a_name_is_refused(typed: str) -> None:
    assert fields.clean_family_name(typed).error


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("たかさき", "タカサキ"), ("ｻﾞｲｾﾞﾝ", "ザイゼン"), ("マリー・アン", "マリー・アン"),
     ("ゔぃ", "ヴィ"), ("ジョ-ンズ", "ジョーンズ"), ("ア　イ", "ア イ")],
)  # fmt: skip
def test_kana_become_katakana(typed: str, kept: str) -> None:
    assert fields.clean_family_kana(typed) == fields.Cleaned(kept)


@pytest.mark.parametrize("typed", ["", "高崎", "Takasaki", "タカサキ1"])
def test_kana_are_refused(typed: str) -> None:
    assert fields.clean_given_kana(typed).error


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        (("1954", "3", "5", ""), date(1954, 3, 5)),
        (("１９５４", "０３", "０５", ""), date(1954, 3, 5)),
        (("29", "3", "5", "showa"), date(1954, 3, 5)),
        (("昭和29年", "3月", "5日", ""), date(1954, 3, 5)),
        (("S29", "3", "5", ""), date(1954, 3, 5)),
        (("1", "5", "1", "reiwa"), date(2019, 5, 1)),
        (("元", "1", "8", "heisei"), date(1989, 1, 8)),
        (("64", "1", "7", "showa"), date(1989, 1, 7)),
        (("15", "12", "24", "taisho"), date(1926, 12, 24)),
        (("2000", "2", "29", ""), date(2000, 2, 29)),
    ],
)
def test_a_birth_date_is_taken(typed: tuple[str, str, str, str], day: date) -> None:
    assert fields.clean_birth_date(*typed) == fields.Cleaned(day)


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        (("", "", "", ""), "入力してください"),
        (("1954", "", "5", ""), "数字で"),
        (("1954", "2", "30", ""), "1954年2月30日という日はありません"),
        (("1954", "13", "1", ""), "13月はありません"),
        (("1989", "0", "1", ""), "0月はありません"),
        (("64", "1", "8", "showa"), "昭和にその日はありません。1989年1月8日は平成元年です"),
        (("54", "3", "5", ""), "西暦は4桁"),
        (("0", "3", "5", ""), "西暦は4桁"),
        (("9999", "3", "5", ""), "未来"),
        (("ABC", "3", "5", ""), "数字で"),
    ],
)
def test_a_birth_date_is_refused(typed: tuple[str, str, str, str], told: str) -> None:
    cleaned = fields.clean_birth_date(*typed)
    assert cleaned.value is None
    assert told in cleaned.error


def test_tomorrow_is_no_birth_date() -> None:
    tomorrow = (clock.now() + timedelta(days=2)).date()
    parts = (str(tomorrow.year), str(tomorrow.month), str(tomorrow.day))
    assert "未来" in fields.clean_birth_date(*parts).error


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("323-0023", "3230023"), ("〒３２３－００２３", "3230023"), ("3230023", "3230023"),
     ("323ー0023", "3230023"), (" 498-0000 ", "4980000"), ("323−0023", "3230023")],
)  # fmt: skip
def test_a_postal_code_is_taken(typed: str, kept: str) -> None:
    assert fields.clean_postal_code(typed) == fields.Cleaned(kept)


@pytest.mark.parametrize("typed", ["", "323", "32300234", "abcdefg"])
def test_a_postal_code_is_refused(typed: str) -> None:
    assert fields.clean_postal_code(typed).error


@pytest.mark.parametrize(
    ("typed", "kept", "shown"),
    [
        ("090-1234-5678", "+819012345678", "090-1234-5678"),
        ("０９０ー１２３４ー５６７８", "+819012345678", "090-1234-5678"),
        ("0285220000", "+81285220000", "0285-22-0000"),
        ("(0285) 22 0000", "+81285220000", "0285-22-0000"),
        ("+1 415-555-2671", "+14155552671", "+1 415-555-2671"),
    ],
)
def test_a_telephone_number_is_taken(typed: str, kept: str, shown: str) -> None:
    assert fields.clean_phone(typed) == fields.Cleaned(kept)
    assert fields.shown_phone(kept) == shown


@pytest.mark.parametrize(
    "typed", ["", "22-0000", "090-1234", "电话", "0" * 30, "090-1234-5678 x12"]
)
def test_a_telephone_number_is_refused(typed: str) -> None:
    assert fields.clean_phone(typed).error


def test_addresses_and_choices() -> None:
    assert fields.clean_prefecture("栃木県").value == "栃木県"
    assert fields.clean_prefecture("小山県").error
    assert fields.clean_city("").error
    assert fields.clean_street("中央町１－１－１") == fields.Cleaned("中央町1-1-1")
    assert fields.clean_building("") == fields.Cleaned("")
    assert fields.clean_building("あ" * 101).error
    assert fields.clean_gender("no_answer").value == "no_answer"
    assert fields.clean_gender("").error
    assert fields.clean_occupation("pirate").error


def test_a_birth_date_is_shown_with_its_era() -> None:
    assert fields.shown_birth_date(date(1954, 3, 5)) == "1954年(昭和29年)3月5日"
    assert fields.shown_birth_date(date(2019, 5, 1)) == "2019年(令和元年)5月1日"
    assert fields.shown_birth_date(None) == ""
