"""Making emoneys, sales and products."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from hansatsu.database.connections import ledger_connection
from hansatsu.ledger import api as ledger
from hansatsu.parties.issuers.models import Issuer
from hansatsu.parties.programs.models import Emoney, ExpiryRule, Product, ProductPart, Sale


@dataclass(frozen=True, slots=True)
class Expiry:
    """An expiry rule: the last day, or months from the purchase, or neither (なし)."""

    expires_on: date | None = None
    months: int | None = None

    @property
    def rule(self) -> ExpiryRule:
        """Which of the three it is."""
        if self.expires_on is not None:
            return ExpiryRule.FIXED
        return ExpiryRule.NONE if self.months is None else ExpiryRule.MONTHS


def open_emoney(issuer: Issuer, *, name: str, name_en: str) -> Emoney:
    """Make a kind of value, here and in the ledger. No shop takes it yet.

    Raises:
        django.core.exceptions.ValidationError: when the issuer has one of that name.
    """
    emoney = Emoney(issuer=issuer, name=name, name_en=name_en)
    emoney.full_clean()
    with transaction.atomic():
        emoney.save()
        ledger.open_emoney(ledger_connection(), issuer_id=issuer.pk, emoney_id=emoney.pk)
    return emoney


def open_sale(
    issuer: Issuer,
    *,
    name: str,
    name_en: str,
    opens_at: datetime,
    closes_at: datetime | None = None,
    units_per_person: int | None = None,
) -> Sale:
    """Make a sale, without products yet.

    Raises:
        django.core.exceptions.ValidationError: when it would close before it opens.
    """
    sale = Sale(
        issuer=issuer,
        name=name,
        name_en=name_en,
        opens_at=opens_at,
        closes_at=closes_at,
        units_per_person=units_per_person,
    )
    sale.full_clean(exclude=["closes_at", "units_per_person"])
    sale.save()
    return sale


def open_product(
    sale: Sale,
    *,
    name: str,
    name_en: str,
    units: int,
    price: int,
    parts: Mapping[Emoney, int],
    expiry: Expiry,
) -> Product:
    """Put a product on sale: ``price`` and the ``parts`` are in yen, for all of its units.

    Raises:
        django.core.exceptions.ValidationError: when the sale has one of as many units, or it
            holds nothing.
    """
    product = Product(
        issuer=sale.issuer,
        sale=sale,
        name=name,
        name_en=name_en,
        units=units,
        price=price,
        expiry_rule=expiry.rule,
        expires_on=expiry.expires_on,
        months=expiry.months,
    )
    product.full_clean(exclude=["expires_on", "months"])
    with transaction.atomic():
        product.save()
        for emoney, amount in parts.items():
            part = ProductPart(issuer=sale.issuer, product=product, emoney=emoney, amount=amount)
            part.full_clean()
            part.save()
    return product
