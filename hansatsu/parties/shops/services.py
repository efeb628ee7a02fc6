"""Making shops, and saying what they take."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction

from hansatsu.database.connections import ledger_connection
from hansatsu.ledger import api as ledger
from hansatsu.parties.issuers.models import Issuer
from hansatsu.parties.programs.models import Emoney
from hansatsu.parties.shops.models import Area, Category, Shop


@dataclass(frozen=True, slots=True)
class NewShop:
    """What a shop is made from; the fields are those of ``Shop``."""

    code: str
    name: str
    name_kana: str
    name_en: str
    area: Area
    category: Category
    address: str
    phone: str = ""
    contact_email: str = ""


def open_area(issuer: Issuer, *, name: str, name_en: str, order: int = 0) -> Area:
    """Make a part of the town.

    Raises:
        django.core.exceptions.ValidationError: when the issuer has one of that name.
    """
    area = Area(issuer=issuer, name=name, name_en=name_en, order=order)
    area.full_clean()
    area.save()
    return area


def open_category(issuer: Issuer, *, name: str, name_en: str, order: int = 0) -> Category:
    """Make a kind of shop.

    Raises:
        django.core.exceptions.ValidationError: when the issuer has one of that name.
    """
    category = Category(issuer=issuer, name=name, name_en=name_en, order=order)
    category.full_clean()
    category.save()
    return category


def open_shop(issuer: Issuer, new: NewShop, *, takes: Iterable[Emoney] = ()) -> Shop:
    """Make a shop, here and in the ledger, that takes ``takes`` from now on.

    Raises:
        django.core.exceptions.ValidationError: when a field is malformed, or the code taken.
        ValueError: when an emoney, the area or the category is another issuer's.
    """
    shop = Shop(issuer=issuer, **{field: getattr(new, field) for field in NewShop.__slots__})
    shop.full_clean()
    if {new.area.issuer_id, new.category.issuer_id} != {issuer.pk}:
        raise ValueError("a shop's area and category are its own issuer's")
    with transaction.atomic():
        shop.save()
        ledger.open_shop(ledger_connection(), issuer_id=issuer.pk, shop_id=shop.pk)
        set_takes(shop, takes)
    return shop


def set_takes(shop: Shop, emoneys: Iterable[Emoney]) -> None:
    """Have ``shop`` take exactly ``emoneys`` from now on, whatever was planned. Payments of before
    stay judged by what was true at their time.

    Raises:
        ValueError: when an emoney is another issuer's.
    """
    wanted = list(emoneys)
    if any(emoney.issuer_id != shop.issuer_id for emoney in wanted):
        raise ValueError("a shop takes its own issuer's emoneys only")
    with transaction.atomic():
        connection = ledger_connection()
        new = {emoney.pk for emoney in wanted}
        old = {
            row.emoney_id for row in ledger.acceptances(connection, shop.issuer_id, shop_id=shop.pk)
        }
        ledger.set_acceptances(
            connection, issuer_id=shop.issuer_id, pairs=[(shop.pk, each) for each in new]
        )
        ledger.end_acceptances(
            connection, issuer_id=shop.issuer_id, pairs=[(shop.pk, each) for each in old - new]
        )
