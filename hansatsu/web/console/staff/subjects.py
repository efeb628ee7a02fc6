"""What acts of the audit log were done to, in words: what it is, the name that it has now, and a
way to its page."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext as _

from hansatsu.flows.charging.models import Task
from hansatsu.flows.charging.psp.registry import PROVIDERS
from hansatsu.flows.printouts.models import Making, PrintFile
from hansatsu.flows.settlement.models import (
    Adjustment,
    BankLine,
    Closing,
    Hold,
    PayoutRequest,
    PayoutRun,
    Reconciliation,
    Statement,
)
from hansatsu.flows.support.models import Correction, ExpiryMove
from hansatsu.messages.mail.models import Mail
from hansatsu.messages.webhooks.models import Endpoint
from hansatsu.parties.cards.models import Card
from hansatsu.parties.gifts.models import GiftCode
from hansatsu.parties.identity.models import Resident, Staff
from hansatsu.parties.programs.models import Emoney, Product, PurchaseCode, Sale
from hansatsu.parties.shops.models import Area, Batch, Category, Shop, Terminal
from hansatsu.web.console.frame.access import Clerk, console_url
from hansatsu.web.console.frame.lists import of_issuer

NAMED: dict[str, tuple[type[Model], str, str]] = {
    "staff": (Staff, "display_name", "identity_staff_change"),
    "terminal": (Terminal, "name", ""),
    "webhook_endpoint": (Endpoint, "url", ""),
    "shop": (Shop, "name", "shops_shop_change"),
    "shop_batch": (Batch, "pk", "shops_batch_change"),
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
    "expiry_move": (ExpiryMove, "pk", "support_expirymove_change"),
    "correction": (Correction, "pk", "support_correction_change"),
    "mail": (Mail, "subject", "notifications_mail_change"),
    "closing": (Closing, "number", "settlement_closing_change"),
    "statement": (Statement, "pk", "settlement_statement_change"),
    "adjustment": (Adjustment, "pk", "settlement_adjustment_change"),
    "hold": (Hold, "shop__code", "settlement_hold_change"),
    "payout_request": (PayoutRequest, "shop__code", "settlement_payoutrequest_change"),
    "bank_line": (BankLine, "pk", "settlement_bankline_change"),
    "reconciliation": (Reconciliation, "last_day", "reconciliation_pdf"),
    "payout_run": (PayoutRun, "number", "settlement_payoutrun_change"),
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
            found[text] = Subject(_called(kind, rest), _page(clerk, NUMBERED[kind], rest))
        elif kind in OWN:
            found[text] = Subject(clerk.issuer.local_name, _page(clerk, "settings"))
        elif kind in PROVIDERS:  # a payment that is not ours: its provider's page has a way there
            found[text] = Subject(f"{PROVIDERS[kind].title} {rest}", _page(clerk, "settings"))
        found.setdefault(text, Subject(_called(kind, rest) if rest else text))
    for kind, ids in wanted.items():
        found |= _named(clerk, kind, ids)
    return found


def _named(clerk: Clerk, kind: str, ids: list[int]) -> dict[str, Subject]:
    model, field, page = NAMED[kind]
    rows: Any = of_issuer(model, clerk.issuer).filter(pk__in=ids)
    linked = {staff.pk for staff in rows if staff.shop_id is None} if model is Staff else set(ids)
    return {
        f"{kind}:{pk}": Subject(
            _called(kind, str(name or pk)), _page(clerk, page, pk) if pk in linked else ""
        )
        for pk, name in rows.values_list("pk", field)
    }


def _called(kind: str, name: str) -> str:
    """What it is, and its name."""
    words = {
        "staff": _("担当者"),
        "terminal": _("端末"),
        "webhook_endpoint": _("Webhookの送り先"),
        "shop": _("加盟店"),
        "shop_batch": _("一括変更"),
        "area": _("地区"),
        "category": _("業種"),
        "emoney": _("電子マネー"),
        "sale": _("販売"),
        "product": _("商品"),
        "making": _("コードとカードの作成"),
        "print_file": _("ファイル"),
        "purchase_code": _("購入コード"),
        "gift_code": _("ギフトコード"),
        "resident": _("利用者"),
        "card": _("カード"),
        "task": _("対応"),
        "correction": _("残高の訂正"),
        "expiry_move": _("有効期限の変更"),
        "mail": _("メール"),
        "closing": _("締め"),
        "statement": _("精算書"),
        "adjustment": _("精算の調整"),
        "hold": _("支払保留"),
        "payout_request": _("随時払いの申請"),
        "bank_line": _("口座の明細"),
        "bank_lines": _("口座の明細のファイル"),
        "reconciliation": _("資金照合"),
        "payout_run": _("振込の回"),
        "payment": _("決済"),
        "order": _("注文"),
    }
    return f"{words[kind]} {name}" if kind in words else name


def _page(clerk: Clerk, page: str, *args: int | str) -> str:
    return console_url(page, *args) if page and clerk.may_open(page) else ""
