"""What a till has read, told by the text alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hansatsu.formats.qr.bearer_code import new_code
from hansatsu.formats.qr.pay_code import PayCode, write_pay_code
from hansatsu.formats.qr.till_code import CardCode, code_prefixes, read_till_code

OURS = (7,)
CODE = write_pay_code(7, 1234567, "46119246")
CARD = "C0123456789ABCDEP"


def _other_end(text: str) -> str:
    return text[:-1] + str((int(text[-1]) + 1) % 10)


def test_a_pay_code_and_a_card() -> None:
    assert read_till_code(CODE, OURS) == PayCode(7, 1234567, "46119246")
    card = new_code("C")
    assert read_till_code(card.lower(), OURS) == CardCode(card)
    assert CODE.startswith(code_prefixes(7))
    assert card.startswith(code_prefixes(7))


@pytest.mark.parametrize(
    "text",
    [
        write_pay_code(8, 1234567, "46119246"),  # another issuer's
        "90001234567461192463",
        "8" + CODE[1:],
        "4901234567894",
        "3158990012345678",
        "90071234567",
        CODE * 2,
        "",
        "x" * 5000,
        "C" * 30,
        "https://pay.example.jp/OEM202303/pay/S0001",
        "٩٠٠٧١٢٣٤٥٦٧٤٦١١٩٢٤٦٤",
    ],
)
def test_foreign(text: str) -> None:
    assert read_till_code(text, OURS) == "foreign_code"


def test_mistyped() -> None:
    for text in (_other_end(CODE), CODE[:-1], CODE + "0", CODE[:4] + CODE[6:]):
        assert read_till_code(text, OURS) == "mistyped_code"
    card = new_code("C")
    wrong = card[:-1] + ("0" if card[-1] != "0" else "1")
    for text in (wrong, card[:-1], card + "X"):
        assert read_till_code(text, OURS) == "mistyped_code"


@pytest.mark.parametrize("kind", ["G", "P"])
def test_what_a_wallet_is_charged_with(kind: str) -> None:
    assert read_till_code(new_code(kind), OURS) == "charge_code"  # type: ignore[arg-type]


def test_former_digits_are_read_too() -> None:
    former = "9000" + CODE[4:-1]
    from hansatsu.formats.qr import luhn

    code = former + luhn.check_character(former)
    assert read_till_code(code, (7, 0)) == PayCode(0, 1234567, "46119246")
    assert read_till_code(code, (7,)) == "foreign_code"


@given(st.text(max_size=40))
def test_any_text_is_something(text: str) -> None:
    assert read_till_code(text, OURS) is not None
