"""Pay codes: the standard's own vectors, the check digit, and what is read back."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hansatsu.formats.qr.pay_code import PayCode, read_pay_code, step_of, totp, write_pay_code

RFC_KEY = b"12345678901234567890123456789012"

issuers = st.integers(1, 999)
devices = st.integers(0, 9_999_999)
totps = st.integers(0, 99_999_999).map(lambda number: f"{number:08}")


@pytest.mark.parametrize(
    ("seconds", "digits"),
    [
        (59, "46119246"),
        (1111111109, "68084774"),
        (1111111111, "67062674"),
        (1234567890, "91819424"),
        (2000000000, "90698825"),
        (20000000000, "77737706"),
    ],
)
def test_rfc_6238_appendix_b_sha_256(seconds: int, digits: str) -> None:
    assert totp(RFC_KEY, step_of(datetime.fromtimestamp(seconds, UTC))) == digits


def test_a_step_has_thirty_seconds() -> None:
    start = datetime(2026, 4, 1, 12, 0, 30, tzinfo=UTC)
    assert step_of(start) == int(start.timestamp()) / 30
    assert step_of(start.replace(second=59, microsecond=999_999)) == step_of(start)
    assert step_of(start.replace(minute=1, second=0)) == step_of(start) + 1


def test_twenty_digits_in_their_order() -> None:
    # 9 · 001 · 1234567 · 46119246 and Luhn's digit, reckoned by hand
    assert write_pay_code(1, 1234567, "46119246") == "90011234567461192464"
    assert write_pay_code(12, 7, "00000000")[:11] == "90120000007"


@pytest.mark.parametrize(
    "wrong",
    [
        (1, 10_000_000, "0" * 8),
        (1, -1, "0" * 8),
        (1, 1, "0" * 7),
        (0, 1, "0" * 8),
        (1000, 1, "0" * 8),
    ],
)
def test_what_does_not_fit_is_not_written(wrong: tuple[int, int, str]) -> None:
    with pytest.raises(ValueError, match="digits"):
        write_pay_code(*wrong)


@given(issuers, devices, totps)
def test_what_was_written_is_read(issuer: int, device: int, digits: str) -> None:
    code = write_pay_code(issuer, device, digits)
    assert len(code) == 20
    assert read_pay_code(code) == PayCode(issuer, device, digits)


@given(issuers, devices, totps, st.integers(0, 19), st.integers(1, 9))
def test_one_wrong_digit_is_always_seen(
    issuer: int, device: int, digits: str, place: int, more: int
) -> None:
    code = write_pay_code(issuer, device, digits)
    wrong = str((int(code[place]) + more) % 10)
    assert read_pay_code(code[:place] + wrong + code[place + 1 :]) is None


@pytest.mark.parametrize(
    "typed",
    [
        "9001 1234 5674 6119 2464",
        " 9001-1234-5674-6119-2464\n",
        "９００１１２３４５６７４６１１９２４６４",
        "9001　1234‐5674–6119−2464",
        "\ufeff9001\u200b1234\u00ad5674\u20606119\u200e2464\ufe0f",
    ],
)
def test_people_type_as_they_like(typed: str) -> None:
    assert read_pay_code(typed) == PayCode(1, 1234567, "46119246")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "9",
        "9001123456746119246",
        "900112345674611924640",
        "80011234567461192466",
        "9001123456746119246x",
        "٩٠٠١١٢٣٤٥٦٧٤٦١١٩٢٤٦٤",
        "https://pay.example.jp/OEM202303/pay/S0001",
        "\0" * 20,
    ],
)
def test_anything_else_is_none(text: str) -> None:
    assert read_pay_code(text) is None
