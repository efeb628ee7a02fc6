"""登録番号 of issuers of qualified invoices: T and the 13 digits of a 法人番号, of which the first
checks the others (国税庁「法人番号の構成」)."""

import re
from typing import Final

_FORM: Final = re.compile(r"T([1-9])([0-9]{12})")


def is_registration_number(text: str) -> bool:
    """True for T and 13 digits of which the first is right."""
    found = _FORM.fullmatch(text)
    return found is not None and int(found[1]) == _check_digit(found[2])


def _check_digit(digits: str) -> int:
    """9 less the remainder by 9 of the digits from behind, times 1 and 2 in turn."""
    weighed = sum(int(digit) * (1 + at % 2) for at, digit in enumerate(reversed(digits)))
    return 9 - weighed % 9
