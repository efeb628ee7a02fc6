"""What acts of the audit log were done to: by the name it has now, with a way to its page."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Model

from hansatsu.cards.models import Card
from hansatsu.charging.models import Task
from hansatsu.charging.psp.registry import PROVIDERS
from hansatsu.gifts.models import GiftCode
from hansatsu.identity.models import Resident, Staff
from hansatsu.printouts.models import Making, PrintFile
from hansatsu.programs.models import Emoney, Product, PurchaseCode, Sale
from hansatsu.shops.models import Area, Category, Shop, Terminal
from hansatsu.web.console.access import Clerk, console_url
from hansatsu.web.console.admin.base import of_issuer
from hansatsu.webhooks.models import Endpoint

NAMED: dict[str, tuple[type[Model], str, str]] = {
    "staff": (Staff, "display_name", "identity_staff_change"),
    "terminal": (Terminal, "name", ""),
    "webhook_endpoint": (Endpoint, "url", ""),
    "shop": (Shop, "name", "shops_shop_change"),
    "area": (Area, "name", "shops_area_change"),
    "category": (Category, "name", "shops_category_change"),
    "emoney": (Emoney, "name", "programs_emoney_change"),
    "sale": (Sale, "name", "programs_sale_change"),
    "product": (Product, "name", "programs_product_change"),
    "making": (Making, "name", "printouts_making_change"),
    "print_file": (PrintFile, "making__name", "print_file"),
    "purchase_code": (PurchaseCode, "last_four", "programs_purchasecode_change"),
    "gift_code": (GiftCode, "last_four", "gifts_giftcode_change"),
    "resident": (Resident, "pk", "support_resident"),
    "card": (Card, "last_four", "support_card"),
    "task": (Task, "pk", "charging_task_change"),
}
"""Where the name of ``KIND:ID`` stands, and which page shows it; residents by their number, for the
log must not tell who they are."""
NUMBERED = {"payment": "support_payment", "order": "support_order"}
"""What is called by a number of its own, and the page under that number."""
OWN = ("issuer", "terms", "legal")
"""The issuer itself: its settings."""


@dataclass(frozen=True, slots=True)
class Subject:
    """``href`` is empty when it has no page, or none that this clerk may open."""

    name: str
    href: str = ""


def subjects_of(clerk: Clerk, texts: Iterable[str]) -> dict[str, Subject]:
    """Each subject of the issuer's acts, a query a kind. What is not found stands as it is."""
    wanted: dict[str, list[int]] = defaultdict(list)
    found: dict[str, Subject] = {}
    for text in set(texts):
        kind, _colon, rest = text.partition(":")
        if kind in NAMED and rest.isdecimal():
            wanted[kind].append(int(rest))
        elif kind in NUMBERED and rest:
            found[text] = Subject(rest, _page(clerk, NUMBERED[kind], rest))
        elif kind in OWN:
            found[text] = Subject(clerk.issuer.local_name, _page(clerk, "settings"))
        elif (
            kind in PROVIDERS
        ):  # a payment that is none of ours: its provider's page has a way there
            found[text] = Subject(f"{PROVIDERS[kind].title} {rest}", _page(clerk, "settings"))
        found.setdefault(text, Subject(rest or text))
    for kind, ids in wanted.items():
        found |= _named(clerk, kind, ids)
    return found


def _named(clerk: Clerk, kind: str, ids: list[int]) -> dict[str, Subject]:
    model, field, page = NAMED[kind]
    rows: Any = of_issuer(model, clerk.issuer).filter(pk__in=ids)
    linked = {staff.pk for staff in rows if staff.shop_id is None} if model is Staff else set(ids)
    return {
        f"{kind}:{pk}": Subject(str(name or pk), _page(clerk, page, pk) if pk in linked else "")
        for pk, name in rows.values_list("pk", field)
    }


def _page(clerk: Clerk, page: str, *args: int | str) -> str:
    return console_url(page, *args) if page and clerk.may_open(page) else ""
