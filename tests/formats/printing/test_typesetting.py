"""Setting type: the fonts are ours and in the file, text is text, and nobody's words are markup."""

from pathlib import Path

import pytest

from hansatsu.formats.printing import fonts, typesetting
from hansatsu.formats.printing.fonts import FontsMissingError
from hansatsu.formats.printing.typesetting import TypesettingError, typeset
from hansatsu.formats.qr.drawing import qr_picture
from tests.support.papers import codes_of, fonts_of, text_of

PAGE = """
#import "common.typ": *
#let data = json(bytes(sys.inputs.data))
#show: body => paper(data.name, body)
#data.name *#data.name* #drawing(data.qr, 40mm, data.name) #yen(data.yen) #code("C7K2-M9XQ")
"""
MARKUP = r"""#panic("x") $x^2$ \ *ほし* _線_ `code` <label> @ref // /* "'" #eval("1") [x] = あ"""


@pytest.fixture
def templates(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of templates beside the common one."""
    common = (typesetting.TEMPLATES / "common.typ").read_text()
    (tmp_path / "common.typ").write_text(common)
    (tmp_path / "page.typ").write_text(PAGE)
    monkeypatch.setattr(typesetting, "TEMPLATES", tmp_path)
    return tmp_path


def page(name: str, *, yen: int = 0) -> bytes:
    return typeset("page", {"name": name, "qr": qr_picture(name), "yen": yen})


def test_the_fonts_are_ours_and_in_the_file(templates: Path) -> None:
    assert fonts_of(page("小山 花子")) == {"BIZUDPGothic-Regular": True, "BIZUDPGothic-Bold": True}


def test_text_is_text_and_drawings_can_be_read(templates: Path) -> None:
    pdf = page("小山 花子 髙﨑", yen=1234567)
    assert text_of(pdf).count("小山 花子 髙﨑") == 2
    assert "1,234,567 円" in text_of(pdf)
    assert "\n999 円" in text_of(page("a", yen=999))
    assert codes_of(pdf) == [["小山 花子 髙﨑"]]


def test_a_letter_that_the_fonts_lack_is_a_geta(templates: Path) -> None:
    assert text_of(page("髙はし☕ 吉")).startswith("髙はし〓 吉 髙はし〓 吉")
    assert fonts.lacking("𠮷田あA〜①㈱‑ \n☕\ufe0f葛\U000e0100") == {"☕"}


def test_a_letter_that_the_first_font_lacks_is_set_from_the_second(templates: Path) -> None:
    pdf = page("𠮷田 𠀋 吉")
    assert text_of(pdf).startswith("𠮷田 𠀋 吉 𠮷田 𠀋 吉")
    assert {"NotoSansJP-Regular": True, "NotoSansJP-Bold": True}.items() <= fonts_of(pdf).items()


def test_what_people_type_is_never_markup(templates: Path) -> None:
    said = text_of(page(MARKUP))
    assert "".join(said.split()).count("".join(MARKUP.split())) == 2


def test_the_same_data_make_the_same_bytes(templates: Path) -> None:
    assert page("小山") == page("小山")
    assert page("小山") != page("大山")


def test_a_font_that_is_not_there_is_no_page(templates: Path) -> None:
    (templates / "page.typ").write_text('#set text(font: "No Such Font")\nあ')
    with pytest.raises(TypesettingError, match="no such font"):
        typeset("page", {})


def test_a_fault_in_a_template_is_told(templates: Path) -> None:
    (templates / "page.typ").write_text("#nothing")
    with pytest.raises(TypesettingError, match=r"page: .*nothing"):
        typeset("page", {})


def test_without_the_fonts_nothing_is_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "FOLDER", tmp_path)
    fonts.fonts.cache_clear()
    with pytest.raises(FontsMissingError, match="make set-up"):
        fonts.fonts()
    fonts.fonts.cache_clear()
