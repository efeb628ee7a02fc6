"""住所を検索 in the form of the address: what a postal code fills in."""

from collections.abc import Mapping, Sequence

from hansatsu.formats.postal_codes import Address, find_address
from hansatsu.parties.identity.fields import clean_postal_code


def found_addresses(typed: Mapping[str, str]) -> Sequence[Address]:
    """What the typed postal code stands for: nothing when it is malformed or on no list."""
    code = clean_postal_code(typed.get("postal_code", ""))
    return () if code.error else find_address(code.value)


def chosen_address(typed: Mapping[str, str], found: Sequence[Address]) -> Address | None:
    """The only one of ``found``, or the one whose button (``find=1``) was pressed."""
    if len(found) == 1:
        return found[0]
    number = typed.get("find", "")
    is_one = (
        number.isascii() and number.isdecimal() and len(number) < 4 and int(number) < len(found)
    )
    return found[int(number)] if is_one else None


def filled(typed: Mapping[str, str], chosen: Address) -> dict[str, str]:
    """The form with ``chosen`` in it. A street that begins with the same town keeps its number."""
    street = typed.get("street", "").strip()
    return {
        **typed,
        "prefecture": chosen.prefecture,
        "city": chosen.city,
        "street": street if street.startswith(chosen.town) and chosen.town else chosen.town,
    }
