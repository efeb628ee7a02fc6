"""Filling in an address by its postal code, for browsers that run no script of ours."""

from dataclasses import dataclass

from hansatsu.formats.postal_codes import Address, find_address
from hansatsu.parties.identity.fields import clean_postal_code


@dataclass(frozen=True, slots=True)
class Filled:
    """What to put into the form. Several ``choices`` want to be chosen from; ``sentence`` tells
    what became of it."""

    typed: dict[str, str]
    choices: tuple[Address, ...] = ()
    error: str = ""
    is_unknown: bool = False


def fill_address(typed: dict[str, str], choice: str) -> Filled:
    """Look up ``typed["postal_code"]``.

    Args:
        typed: the form; a street that was typed stays.
        choice: the number of the address that was chosen, from 0; or empty.
    """
    code = clean_postal_code(typed.get("postal_code", ""))
    if code.error:
        return Filled({}, error=code.error)
    found = find_address(code.value)
    if not found:
        return Filled({}, is_unknown=True)
    if len(found) > 1 and not (choice.isdecimal() and int(choice[:3]) < len(found)):
        return Filled({}, choices=found)
    address = found[int(choice[:3])] if len(found) > 1 else found[0]
    return Filled(
        {
            "prefecture": address.prefecture,
            "city": address.city,
            "street": typed.get("street", "").strip() or address.town,
        }
    )
