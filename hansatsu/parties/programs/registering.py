"""What the issuer's staff do with what is on sale. Each act stands in the audit log."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from hansatsu.parties.issuers.audit import Actor, Value, audit
from hansatsu.parties.issuers.names import emoney_name
from hansatsu.parties.programs.models import CodeState, Emoney, Product, PurchaseCode, Sale
from hansatsu.parties.programs.purchase_codes import void_purchase_code
from hansatsu.parties.programs.selectors import yen_of_each
from hansatsu.parties.programs.services import Expiry, open_emoney, open_product, open_sale


@dataclass(frozen=True, slots=True)
class NewProducts:
    """Products of 1 to ``most`` units (口) of the same thing. ``price`` and ``parts`` are yen for
    one unit."""

    name: str
    name_en: str
    most: int
    price: int
    parts: Mapping[Emoney, int]
    expiry: Expiry


def add_emoney(by: Actor, *, name: str, name_en: str, reason: str) -> Emoney:
    """Make a kind of value; no shop takes it yet.

    Raises:
        django.core.exceptions.ValidationError: when the issuer has one of that name.
    """
    with transaction.atomic():
        emoney = open_emoney(by.issuer, name=name, name_en=name_en)
        after: dict[str, Value] = {"name": name, "name_en": name_en}
        audit(by, "emoney_added", emoney_name(emoney.pk), reason=reason, after=after)
    return emoney


def rename_emoney(by: Actor, emoney: Emoney, *, name: str, name_en: str, reason: str) -> None:
    """Call it otherwise, everywhere at once.

    Raises:
        django.core.exceptions.ValidationError: as ``add_emoney``.
    """
    before: dict[str, Value] = {"name": emoney.name, "name_en": emoney.name_en}
    emoney.name, emoney.name_en = name, name_en
    emoney.full_clean()
    after: dict[str, Value] = {"name": name, "name_en": name_en}
    with transaction.atomic():
        emoney.save()
        audit(
            by,
            "emoney_renamed",
            emoney_name(emoney.pk),
            reason=reason,
            before=before,
            after=after,
        )


def add_sale(
    by: Actor,
    *,
    name: str,
    name_en: str,
    opens_at: datetime,
    closes_at: datetime | None,
    units_per_person: int | None,
    reason: str,
) -> Sale:
    """Make a sale, without products yet.

    Raises:
        django.core.exceptions.ValidationError: when it would close before it opens.
    """
    with transaction.atomic():
        sale = open_sale(
            by.issuer,
            name=name,
            name_en=name_en,
            opens_at=opens_at,
            closes_at=closes_at,
            units_per_person=units_per_person,
        )
        audit(by, "sale_added", f"sale:{sale.pk}", reason=reason, after=_sale_facts(sale))
    return sale


def change_sale(
    by: Actor,
    sale: Sale,
    *,
    name: str,
    name_en: str,
    opens_at: datetime,
    closes_at: datetime | None,
    units_per_person: int | None,
    reason: str,
) -> None:
    """Change a sale; its products, codes and orders stay as they are.

    Raises:
        django.core.exceptions.ValidationError: as ``add_sale``.
    """
    before = _sale_facts(sale)
    sale.name, sale.name_en = name, name_en
    sale.opens_at, sale.closes_at = opens_at, closes_at
    sale.units_per_person = units_per_person
    sale.full_clean(exclude=["closes_at", "units_per_person"])
    after = _sale_facts(sale)
    with transaction.atomic():
        sale.save()
        audit(by, "sale_changed", f"sale:{sale.pk}", reason=reason, before=before, after=after)


def add_products(by: Actor, sale: Sale, new: NewProducts, *, reason: str) -> list[Product]:
    """Put products of 1 to n units on sale.

    Raises:
        django.core.exceptions.ValidationError: when the sale has one of as many units, or they
            hold nothing.
    """
    if not new.parts:
        raise ValidationError(_("どの電子マネーも0円です。"))
    with transaction.atomic():
        made = [_open(sale, new, units) for units in range(1, new.most + 1)]
        after: dict[str, Value] = {
            "name": new.name,
            "units": new.most,
            "price": new.price,
            "parts": yen_of_each(new.parts.items()),
        }
        audit(by, "products_added", f"sale:{sale.pk}", reason=reason, after=after)
    return made


def void_code(by: Actor, code: PurchaseCode, *, reason: str) -> bool:
    """Make a purchase code void; False, and nothing changes, while an order has it or it is used
    up."""
    with transaction.atomic():
        if not void_purchase_code(code):
            return False
        before: dict[str, Value] = {"code": f"…{code.last_four}", "units": code.units_left}
        audit(by, "code_voided", f"purchase_code:{code.pk}", reason=reason, before=before)
    return True


def void_batch(issuer_id: int, batch: int) -> tuple[int, int]:
    """Make all free purchase codes of a batch void; how many, and how many are left to open orders
    that have them. In the caller's transaction, which records it."""
    codes = PurchaseCode.objects.filter(issuer_id=issuer_id, batch=batch)
    locked = codes.select_for_update(no_key=True).order_by("pk").values_list("state", flat=True)
    held = list(locked).count(CodeState.HELD)
    return codes.filter(state=CodeState.FREE).update(state=CodeState.VOID), held


def _open(sale: Sale, new: NewProducts, units: int) -> Product:
    several = new.most > 1
    english = f"{units} unit" if units == 1 else f"{units} units"
    return open_product(
        sale,
        name=f"{new.name} ({units}口)" if several else new.name,
        name_en=f"{new.name_en} ({english})" if several and new.name_en else new.name_en,
        units=units,
        price=new.price * units,
        parts={emoney: amount * units for emoney, amount in new.parts.items()},
        expiry=new.expiry,
    )


def _sale_facts(sale: Sale) -> dict[str, Value]:
    return {
        "name": sale.name,
        "name_en": sale.name_en,
        "opens_at": sale.opens_at.isoformat(),
        "closes_at": sale.closes_at.isoformat() if sale.closes_at else None,
        "units_per_person": sale.units_per_person,
    }
