"""Names as banks read them: what is made of them, and what is refused by name."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hansatsu.formats.zengin.names import LETTERS, PAYEE, read_name
from hansatsu.parties.seals.transfer_names import why_unfit

KANA = "アイウエオカガキギクグケゲコゴサザパピプペポンャュョッァヴーヲ・ "


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("カフェ・ド・パリ（株）", "ｶﾌｴ.ﾄﾞ.ﾊﾟﾘ(ｶ"),
        ("株式会社コヤマショクドウ", "ｶ)ｺﾔﾏｼﾖｸﾄﾞｳ"),
        ("株式会社　コヤマ", "ｶ)ｺﾔﾏ"),
        ("㍿コヤマ", "ｶ)ｺﾔﾏ"),
        ("㈲コヤマ", "ﾕ)ｺﾔﾏ"),
        ("(カ)コヤマ", "ｶ)ｺﾔﾏ"),
        ("ｶ)ｺﾔﾏ", "ｶ)ｺﾔﾏ"),
        ("コヤマ株式会社ツクバ", "ｺﾔﾏ(ｶ)ﾂｸﾊﾞ"),
        ("合名会社コヤマ", "ﾒ)ｺﾔﾏ"),
        ("合資会社コヤマ", "ｼ)ｺﾔﾏ"),
        ("コヤマ 合同会社", "ｺﾔﾏ(ﾄﾞ"),
        ("一般社団法人コヤマ", "ｼﾔ)ｺﾔﾏ"),
        ("公益財団法人コヤマ", "ｻﾞｲ)ｺﾔﾏ"),
        ("医療法人社団コヤマ", "ｲ)ｺﾔﾏ"),
        ("特定非営利活動法人コヤマ", "ﾄｸﾋ)ｺﾔﾏ"),
        ("おやま　はなこ", "ｵﾔﾏ ﾊﾅｺ"),
        ("abc パピ", "ABC ﾊﾟﾋﾟ"),
        ("ＡＢＣ－１２", "ABC-12"),
        ("シャトー・ガ", "ｼﾔﾄ-.ｶﾞ"),
        ("ヲトメを", "ｵﾄﾒｵ"),
        ("カ゛ﾊﾟｰ", "ｶﾞﾊﾟ-"),
        ("ヴァーヷ", "ｳﾞｱ-ﾜﾞ"),
        ("オヤ\u200bマ\u202e", "ｵﾔﾏ"),
        (unicodedata.normalize("NFD", "パリ"), "ﾊﾟﾘ"),
    ],
)
def test_a_name_is_read_as_a_bank_reads_it(written: str, read: str) -> None:
    name = read_name(written)
    assert (name.text, name.unfit) == (read, "")
    assert name.fits()
    assert why_unfit(written) == ""


def test_what_was_converted_is_told_once_and_in_order() -> None:
    told = read_name("カフェ・ド・ヲとョ-ョ（株）").conversions
    assert [(made.kind, made.written, made.read) for made in told] == [
        ("legal_form", "(株)", "(ｶ"),
        ("small", "ェ", "ｴ"),
        ("dot", "・", "."),
        ("wo", "ヲ", "ｵ"),
        ("hiragana", "と", "ﾄ"),
        ("small", "ョ", "ﾖ"),
    ]
    assert read_name("をー").conversions[0].kind == "wo"
    assert read_name("ｺﾔﾏ 1-2").conversions == ()


@pytest.mark.parametrize(
    ("written", "unfit"),
    [
        ("小山", "小山"),
        ("ヱヰヮ", "ヱヰ"),
        ("ヺ", "ヺ"),
        ("É&A", "É&"),
        ("佐々木サ", "佐々木"),
        ("A/B,C", "/,"),
    ],
)
def test_what_no_bank_takes_is_named(written: str, unfit: str) -> None:
    name = read_name(written)
    assert name.unfit == unfit
    assert not name.fits()
    said = why_unfit(written)
    assert f"「{written}」" in said
    assert all(sign in said for sign in unfit)


def test_a_name_may_fill_its_field_and_not_a_byte_more() -> None:
    whole = "ガ" * 15
    assert read_name(whole).fits()
    assert why_unfit(whole) == ""
    longer = read_name(whole + "ア")
    assert len(longer.text) == PAYEE + 1
    assert not longer.fits()
    assert longer.text in why_unfit(whole + "ア")
    assert "31" in why_unfit(whole + "ア")
    assert not read_name("").fits()
    assert why_unfit(" \u3000") != ""


def test_a_name_is_looked_at_to_its_end() -> None:
    """Blanks do not hide what stands behind them."""
    assert read_name("ア" + " " * 2_000 + "小").unfit == "小"
    assert read_name("ア" + " " * 2_000 + "イ").text == "ｱ ｲ"


@given(st.one_of(st.text(), st.text(KANA + "株式会社有限()小a")))
@example("\ud800カ")
@example("ﷺ")
@example("(株)(カ)株式会社")
def test_no_forbidden_character_whatever_is_written(written: str) -> None:
    name = read_name(written)
    assert set(name.text) <= LETTERS
    assert bool(why_unfit(written)) is not name.fits()
    if name.fits():
        assert read_name(name.text) == type(name)(name.text, (), "")
        for form in ("NFC", "NFD", "NFKC", "NFKD"):
            assert read_name(unicodedata.normalize(form, written)).text == name.text  # type: ignore[arg-type]
