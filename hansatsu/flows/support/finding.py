"""Finding what somebody on the telephone speaks of, from whatever they can say of it.

Codes are kept as keyed digests, so a code is looked up by its digest, and only when it is whole.
Nothing of another issuer is ever found.
"""

import re
from dataclasses import dataclass, field

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Concat, Upper

from hansatsu.database.connections import ledger_connection
from hansatsu.flows.charging.models import Order
from hansatsu.formats.typed import identifier, narrowed
from hansatsu.ledger import api as ledger
from hansatsu.parties.cards.models import Card
from hansatsu.parties.cards.services import find_card_in_any_state
from hansatsu.parties.gifts.models import GiftCode
from hansatsu.parties.gifts.services import find_gift
from hansatsu.parties.identity.fields.contact import clean_phone
from hansatsu.parties.identity.fields.names import clean_family_kana
from hansatsu.parties.identity.models import Resident
from hansatsu.parties.issuers.models import Issuer
from hansatsu.parties.programs.models import PurchaseCode
from hansatsu.parties.programs.purchase_codes import find_purchase_code
from hansatsu.parties.shops.models import Shop
from hansatsu.system.unseen import without_unseen_in_name

MOST = 50
"""Of each kind that are shown; who sees as many is asked to say more."""

_PAYMENT = re.compile(r"[A-Z0-9]{13}[0-9]{20}(?:-[0-9]{17})?")
_ORDER = re.compile(r"[0-9]{12}")


@dataclass(frozen=True, slots=True)
class Found:
    """What was found, by kind; ``payment`` is a payment's or a refund's entry, ``lots`` are in
    whatever state."""

    residents: list[Resident] = field(default_factory=list)
    shops: list[Shop] = field(default_factory=list)
    lots: list[ledger.FoundLot] = field(default_factory=list)
    payment: ledger.Entry | None = None
    order: Order | None = None
    card: Card | None = None
    gift: GiftCode | None = None
    purchase_code: PurchaseCode | None = None


def find(issuer: Issuer, text: str) -> Found:
    """Everything of ``issuer`` that ``text`` may mean.

    Args:
        issuer: whose things.
        text: as typed: a name or its kana (or their beginning), a telephone number, a mail
            address, a login ID, 決済ID, お申し込み番号, or a whole card, gift or purchase code; a
            lot's コード(ID), as it is shown or whole, or its 管理番号; a shop's name or code.
    """
    typed, text = identifier(text), without_unseen_in_name(text)
    if not typed:
        return Found()
    number = typed.replace(" ", "").upper()
    residents = list(_residents(issuer, text, typed)[:MOST])
    payment = _payment(issuer, number)
    order = _order(issuer, number)
    return Found(
        residents=residents,
        shops=list(_shops(issuer, text, typed)[:MOST]),
        lots=ledger.find_lots(ledger_connection(), issuer.pk, typed),
        payment=payment,
        order=order,
        card=find_card_in_any_state(issuer, typed),
        gift=find_gift(issuer, typed),
        purchase_code=find_purchase_code(issuer, typed),
    )


def find_order(issuer: Issuer, number: str) -> Order | None:
    """The issuer's order with this number; None for anybody else's."""
    orders = Order.objects.of(issuer).select_related("issuer", "resident", "product")
    return orders.filter(number=number).first()


def find_shop(issuer: Issuer, shop_id: int) -> Shop | None:
    """The issuer's shop with this id; None for anybody else's."""
    shops = Shop.objects.of(issuer).select_related("issuer", "area", "category")
    return shops.filter(pk=shop_id).first()


def find_card(issuer: Issuer, card_id: int) -> Card | None:
    """The issuer's card with this id; None for anybody else's."""
    cards = Card.objects.of(issuer).select_related("issuer", "replaced_by", "taken_by")
    return cards.filter(pk=card_id).first()


def _payment(issuer: Issuer, number: str) -> ledger.Entry | None:
    if not _PAYMENT.fullmatch(number):
        return None
    return ledger.payment_by_number(ledger_connection(), issuer.pk, number)


def _order(issuer: Issuer, number: str) -> Order | None:
    return find_order(issuer, number) if _ORDER.fullmatch(number) else None


def _residents(issuer: Issuer, text: str, typed: str) -> "QuerySet[Resident]":
    residents = Resident.objects.of(issuer).order_by(F("closed_at").asc(nulls_first=True), "-pk")
    if "@" in typed:
        return residents.annotate(upper_email=Upper("email")).filter(upper_email=typed.upper())
    wanted = Q(login_id=typed)
    phone = clean_phone(typed)
    if not phone.error:
        wanted |= Q(phone=phone.value)
    name = narrowed(text).replace(" ", "")
    wanted |= Q(whole_name__startswith=name)
    kana = clean_family_kana(text)
    if not kana.error:
        wanted |= Q(whole_kana__startswith=kana.value.replace(" ", ""))
    return residents.alias(
        whole_name=Concat("family_name", "given_name"),
        whole_kana=Concat("family_kana", "given_kana"),
    ).filter(wanted)


def _shops(issuer: Issuer, text: str, typed: str) -> "QuerySet[Shop]":
    wanted = Q(code=typed.upper()) | Q(name__startswith=narrowed(text))
    kana = clean_family_kana(typed)
    if not kana.error:
        wanted |= Q(name_kana__startswith=kana.value)
    return Shop.objects.of(issuer).filter(wanted).order_by("code")
