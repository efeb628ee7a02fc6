"""Shops from a file: all of its lines, or none.

What is wrong comes as sentences with line and column. Areas, categories and emoneys are named, and
must be there: a slip of the pen must not make a new one.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from hansatsu.database.connections import ledger_connection
from hansatsu.identity.bank_accounts import TYPES, BankAccount, seal_account
from hansatsu.issuers import clock
from hansatsu.issuers.audit import Actor, audit
from hansatsu.issuers.models import Issuer
from hansatsu.ledger import api as ledger
from hansatsu.programs.models import Emoney
from hansatsu.sheets.reading import Fault, Row, Table, read_table
from hansatsu.shops.fields import ACCOUNT, read_shop, read_shop_account
from hansatsu.shops.models import Area, Category, Shop, ShopAccount

HEADINGS: Final = {
    "code": "加盟店番号",
    "name": "店名",
    "name_kana": "フリガナ",
    "name_en": "英語名",
    "area": "地区",
    "category": "業種",
    "address": "住所",
    "phone": "電話番号",
    "takes": "使える電子マネー",
    "bank": "金融機関番号",
    "branch": "支店番号",
    "type": "預金種目",
    "number": "口座番号",
    "holder": "口座名義カナ",
}
"""The file's own words, in whatever language the page is."""
REQUIRED: Final = ("code", "name", "name_kana", "area", "category", "address", "takes")
AT_ONCE: Final = 1_000
"""Rows in one statement."""
BETWEEN = re.compile(r"[、,，;\n]")


@dataclass(slots=True)
class Import:
    """How it ended. ``count`` shops are there, or would be; or nothing is, because of ``error``
    (the file as a whole) or ``faults`` (single cells)."""

    count: int = 0
    error: str = ""
    faults: list[Fault] = field(default_factory=list)

    @property
    def refused(self) -> bool:
        """Whether nothing was imported."""
        return bool(self.error or self.faults)


@dataclass(frozen=True, slots=True)
class _Line:
    shop: Shop
    takes: tuple[int, ...]
    account: BankAccount | None


def import_shops(
    by: Actor, content: bytes, *, reason: str, accounts: bool, only_check: bool = False
) -> Import:
    """Make the shops of an xlsx or CSV file; nothing is made when ``only_check``, or when
    anything is wrong with any line. Without ``accounts`` a bank account in it is wrong: who sends
    the file may not say where shops are paid out to."""
    named = list(HEADINGS.values())
    table = read_table(content, named, [HEADINGS[name] for name in REQUIRED])
    if table.error:
        return Import(error=table.error)
    lines, faults = _read(by.issuer, table, accounts)
    if not faults and not only_check:
        try:
            _keep(by, lines, reason)
        except IntegrityError:  # somebody registered one of them meanwhile
            lines, faults = _read(by.issuer, table, accounts)
            if not faults:
                raise
    if faults:
        return Import(faults=sorted(faults, key=lambda fault: fault.row))
    return Import(count=len(lines))


def _read(issuer: Issuer, table: Table, accounts: bool) -> tuple[list[_Line], list[Fault]]:
    faults = list(table.faults)
    known = _Known(issuer, accounts)
    broken = {(fault.row, fault.column) for fault in faults}
    lines: list[_Line] = []
    for row in table.rows:
        found, errors = known.read(row)
        for name, text in errors.items():
            if (row.number, HEADINGS[name]) not in broken:
                faults.append(Fault(row.number, HEADINGS[name], text))
        if found is not None:
            lines.append(found)
    return lines, faults


class _Known:
    """What the lines may name, and which numbers are taken."""

    def __init__(self, issuer: Issuer, accounts: bool) -> None:
        self._issuer = issuer
        self._accounts = accounts
        self._areas = {each.name: each for each in Area.objects.of(issuer)}
        self._categories = {each.name: each for each in Category.objects.of(issuer)}
        self._emoneys = {each.name: each.pk for each in Emoney.objects.of(issuer)}
        self._codes = dict.fromkeys(Shop.objects.of(issuer).values_list("code", flat=True), 0)

    def read(self, row: Row) -> tuple[_Line | None, dict[str, str]]:
        """The shop of a line, or what is wrong with it."""
        typed = {name: row.cells.get(heading, "") for name, heading in HEADINGS.items()}
        texts, errors = read_shop(typed)
        self._claim(texts["code"], row.number, errors)
        area = self._areas.get(typed["area"])
        category = self._categories.get(typed["category"])
        if area is None:
            errors["area"] = self._missing(_("地区"), typed["area"])
        if category is None:
            errors["category"] = self._missing(_("業種"), typed["category"])
        takes = self._takes(typed["takes"], errors)
        account, wrong = self._account(typed)
        errors |= wrong
        if errors or area is None or category is None:
            return None, errors
        shop = Shop(issuer=self._issuer, area=area, category=category, **texts)
        return _Line(shop, takes, account), {}

    def _account(self, typed: Mapping[str, str]) -> tuple[BankAccount | None, dict[str, str]]:
        if self._accounts:
            return read_shop_account(_account(typed))
        said = _("口座を登録できるのは、責任者と経理担当です。空けてください。")
        return None, {name: said for name in ACCOUNT if typed[name].strip()}

    def _claim(self, code: str, number: int, errors: dict[str, str]) -> None:
        if "code" in errors:
            return
        line = self._codes.setdefault(code, number)
        if line == 0:
            errors["code"] = _("加盟店番号「%(code)s」は、すでに使われています。") % {"code": code}
        elif line != number:
            errors["code"] = _("加盟店番号「%(code)s」が、%(row)d行目と同じです。") % {
                "code": code,
                "row": line,
            }

    def _takes(self, text: str, errors: dict[str, str]) -> tuple[int, ...]:
        names = [name.strip() for name in BETWEEN.split(text) if name.strip()]
        unknown = [name for name in names if name not in self._emoneys]
        if not names:
            errors["takes"] = _("入力してください。")
        elif unknown:
            errors["takes"] = self._missing(_("電子マネー"), unknown[0])
        return tuple(self._emoneys[name] for name in names if name in self._emoneys)

    @staticmethod
    def _missing(kind: str, name: str) -> str:
        if not name:
            return _("入力してください。")
        return _("「%(name)s」という%(kind)sは登録されていません。") % {"name": name, "kind": kind}


def _account(typed: Mapping[str, str]) -> dict[str, str]:
    kinds = {words: key for key, words in TYPES.items()}
    given = {name: typed[name] for name in ACCOUNT}
    return given | {"type": kinds.get(given["type"], given["type"])}


def _keep(by: Actor, lines: list[_Line], reason: str) -> None:
    """In the order of their numbers: two at once wait for each other, and never in a circle."""
    lines = sorted(lines, key=lambda line: line.shop.code)
    with transaction.atomic():
        connection, now = ledger_connection(), clock.now()
        shops = Shop.objects.bulk_create([line.shop for line in lines], batch_size=AT_ONCE)
        ledger.open_shops(connection, issuer_id=by.issuer.pk, shop_ids=[shop.pk for shop in shops])
        ledger.set_acceptances(
            connection,
            issuer_id=by.issuer.pk,
            pairs=[(line.shop.pk, emoney) for line in lines for emoney in line.takes],
        )
        ShopAccount.objects.bulk_create(
            [
                ShopAccount(
                    issuer=by.issuer,
                    shop=line.shop,
                    sealed=seal_account(line.account),
                    changed_at=now,
                )
                for line in lines
                if line.account is not None
            ],
            batch_size=AT_ONCE,
        )
        codes = sorted(shop.code for shop in shops)
        audit(
            by,
            "shops_imported",
            f"shops:{codes[0]}-{codes[-1]}",
            reason=reason,
            after={"count": len(shops), "code": f"{codes[0]}〜{codes[-1]}"},
        )
