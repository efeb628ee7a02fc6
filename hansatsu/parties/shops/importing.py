"""Shops from a file: what its lines would make or change, or what is wrong with them.

Nothing is kept here: what was read becomes a draft (``batches``), is shown, and kept when its
reader says so. Areas, categories and emoneys are named, and must be there: a slip of the pen must
not make a new one. A cell that Excel has made another thing of is a fault, never a guess.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from django.utils.translation import gettext as _

from hansatsu.formats.sheets.reading import Fault, Kind, Row, Table, read_table
from hansatsu.parties.issuers.models import Issuer
from hansatsu.parties.programs.models import Emoney
from hansatsu.parties.seals.bank_accounts import TYPES, BankAccount, seal_account
from hansatsu.parties.shops.changes import Change
from hansatsu.parties.shops.facts import Facts, facts_of
from hansatsu.parties.shops.fields import (
    ACCOUNT,
    ACCOUNT_HEADINGS,
    account_notes,
    code_of,
    read_shop,
    read_shop_account,
)
from hansatsu.parties.shops.models import Area, Category, Shop
from hansatsu.parties.shops.takes import Takes, begun, wanted

HEADINGS: Final = {
    "code": "加盟店番号",
    "name": "店名",
    "name_kana": "フリガナ",
    "name_en": "英語名",
    "area": "地区",
    "category": "業種",
    "address": "住所",
    "phone": "電話番号",
    "contact_email": "連絡先メール",
    "takes": "使える電子マネー",
    **ACCOUNT_HEADINGS,
}
"""The file's own words, in whatever language the page is."""
REQUIRED: Final = ("code", "name", "name_kana", "area", "category", "address", "takes")
"""Of a file with new shops alone; one that changes known shops may leave out what stays."""
EXAMPLE: Final = {
    "code": "S0001",
    "name": "喫茶ひまわり",
    "name_kana": "キッサヒマワリ",
    "name_en": "Cafe Himawari",
    "address": "中央町1-2-3",
    "phone": "0285-00-0001",
    "contact_email": "himawari@example.jp",
    "bank": "0129",
    "branch": "101",
    "type": TYPES["1"],
    "number": "1234567",
    "holder": "ヒマワリ タロウ",
}
"""The shop that the form shows how to write; it is no shop when it is sent back."""
TEXTS: Final = ("name", "name_kana", "name_en", "address", "phone", "contact_email")
BETWEEN = re.compile(r"[、,，;\n]")
DAY = re.compile(r"\d{4}[-/]\d{1,2}[-/]\d{1,2}( 0?0:00(:00)?)?|\d{1,2}月\d{1,2}日")
"""What Excel writes into a CSV file where it took an address such as 4-1 for a day."""


@dataclass(slots=True)
class Import:
    """What a file would do: ``changes``, a line each, and ``same``, the lines that change nothing.
    Or it does nothing, because of ``error`` (the file as a whole) or ``faults`` (single cells)."""

    changes: list[Change] = field(default_factory=list)
    same: int = 0
    error: str = ""
    faults: list[Fault] = field(default_factory=list)

    @property
    def refused(self) -> bool:
        """True when nothing can be kept of it."""
        return bool(self.error or self.faults)


def read_shops(issuer: Issuer, content: bytes, *, accounts: bool, known: bool) -> Import:
    """What the lines of an xlsx or CSV file would do.

    Args:
        issuer: whose shops they are.
        content: the file.
        accounts: without it a bank account in the file is wrong: who sends it may not say where
            shops are paid out to.
        known: True when lines may change shops that are there; otherwise their numbers are taken.
    """
    needed = ("code",) if known else REQUIRED
    table = read_table(content, list(HEADINGS.values()), [HEADINGS[name] for name in needed])
    if table.error:
        return Import(error=table.error)
    found = _read(issuer, table, accounts, known)
    found.faults.sort(key=lambda fault: fault.row)
    if not found.faults and not found.changes:
        found.error = _("登録済みの内容と同じです。変わるところがありません。")
    return found


def _read(issuer: Issuer, table: Table, accounts: bool, known: bool) -> Import:
    found = Import(faults=list(table.faults))
    reader = _Reader(issuer, table, accounts, known)
    broken = {(fault.row, fault.column) for fault in found.faults}
    for row in table.rows:
        change, errors = reader.read(row)
        for name, text in errors.items():
            if (row.number, HEADINGS[name]) not in broken:
                found.faults.append(Fault(row.number, HEADINGS[name], text))
        if change is not None and change.after:
            found.changes.append(change)
        elif change is not None:
            found.same += 1
    return found


class _Reader:
    """What the lines may name, and which numbers are taken."""

    def __init__(self, issuer: Issuer, table: Table, accounts: bool, known: bool) -> None:
        self._accounts = accounts
        self._known = known
        self._areas = {each.name: each for each in Area.objects.of(issuer)}
        self._categories = {each.name: each for each in Category.objects.of(issuer)}
        self._emoneys = {each.name: each.pk for each in Emoney.objects.of(issuer)}
        shops = Shop.objects.of(issuer).select_related("area", "category")
        self._shops = {shop.code: shop for shop in shops}
        self._facts = facts_of(issuer, self._shops.values()) if known else {}
        self._lines: dict[str, int] = {}
        codes = [row.cells.get(HEADINGS["code"], "") for row in table.rows]
        self._has_letters = any(not code.isdecimal() for code in [*codes, *self._shops] if code)

    def read(self, row: Row) -> tuple[Change | None, dict[str, str]]:
        """What a line does (``after`` is empty when nothing), or what is wrong with it."""
        typed = {name: row.cells.get(heading, "") for name, heading in HEADINGS.items()}
        shop = self._shops.get(code_of(typed["code"])) if self._known else None
        if shop is not None:
            self._fill_in(typed, row, shop)
        texts, errors = read_shop(typed)
        self._claim(texts["code"], row.number, errors)
        groups = {
            "area": self._group(self._areas, "area", _("地区"), typed, errors),
            "category": self._group(self._categories, "category", _("業種"), typed, errors),
        }
        takes = self._takes(typed["takes"], shop, HEADINGS["takes"] in row.cells, errors)
        account, wrong = self._account(typed)
        errors |= wrong | _misread(typed, row, self._has_letters)
        if errors:
            return None, errors
        facts: dict[str, Any] = {**texts, **groups, "takes": self._wanted(takes, shop)}
        facts.pop("code")
        if account is not None:
            facts["account"] = seal_account(account)
        return self._change(texts["code"], shop, facts, account, account_notes(typed)), {}

    def _change(
        self,
        code: str,
        shop: Shop | None,
        facts: dict[str, Any],
        account: BankAccount | None,
        notes: list[str],
    ) -> Change:
        if shop is None:
            return Change(None, code, facts["name"], None, facts, notes)
        before, after = self._facts[shop.pk].differing(facts, account)
        return Change(shop.pk, code, shop.name, before, after, notes if after else [])

    def _fill_in(self, typed: dict[str, str], row: Row, shop: Shop) -> None:
        """What the file has no column for stays."""
        facts: Facts = self._facts[shop.pk]
        stays = {name: str(facts.values[name]) for name in TEXTS}
        stays |= {"area": shop.area.name, "category": shop.category.name}
        for name, value in stays.items():
            if HEADINGS[name] not in row.cells:
                typed[name] = value

    def _account(self, typed: Mapping[str, str]) -> tuple[BankAccount | None, dict[str, str]]:
        if self._accounts:
            return read_shop_account(_account(typed))
        said = _("口座を登録できるのは、責任者と経理担当です。空けてください。")
        return None, {name: said for name in ACCOUNT if typed[name].strip()}

    def _claim(self, code: str, number: int, errors: dict[str, str]) -> None:
        if "code" in errors:
            return
        line = self._lines.setdefault(code, number)
        if line != number:
            errors["code"] = _("加盟店番号「%(code)s」が、%(row)d行目と同じです。") % {
                "code": code,
                "row": line,
            }
        elif code in self._shops and not self._known:
            errors["code"] = _("加盟店番号「%(code)s」は、すでに使われています。") % {"code": code}

    def _takes(
        self, text: str, shop: Shop | None, is_given: bool, errors: dict[str, str]
    ) -> list[int]:
        if shop is not None and not is_given:
            return self._facts[shop.pk].running
        if shop is not None and not shop.open:
            if text:
                errors["takes"] = _("停止中の加盟店です。空けてください。")
            return []
        names = [name.strip() for name in BETWEEN.split(text) if name.strip()]
        unknown = [name for name in names if name not in self._emoneys]
        if not names:
            errors["takes"] = _("入力してください。")
        elif unknown:
            errors["takes"] = self._missing(_("電子マネー"), unknown[0])
        return sorted({self._emoneys[name] for name in names if name in self._emoneys})

    def _wanted(self, takes: list[int], shop: Shop | None) -> Takes:
        if shop is None:
            return begun(takes)
        facts = self._facts[shop.pk]
        return wanted(takes, facts.takes, facts.at)

    def _group(
        self,
        groups: Mapping[str, Area | Category],
        name: str,
        kind: str,
        typed: Mapping[str, str],
        errors: dict[str, str],
    ) -> int:
        group = groups.get(typed[name])
        if group is None:
            errors[name] = self._missing(kind, typed[name])
            return 0
        return group.pk

    @staticmethod
    def _missing(kind: str, name: str) -> str:
        if not name:
            return _("入力してください。")
        return _("「%(name)s」という%(kind)sは登録されていません。") % {"name": name, "kind": kind}


def _misread(typed: Mapping[str, str], row: Row, has_letters: bool) -> dict[str, str]:
    """Cells that Excel may have made another thing of, and the form's own example."""
    errors: dict[str, str] = {}
    kinds = {name: row.kinds.get(heading, Kind.TEXT) for name, heading in HEADINGS.items()}
    is_number = kinds["code"] is Kind.NUMBER or (kinds["code"] is Kind.DIGITS and has_letters)
    if is_number:
        errors["code"] = _(
            "数のセルです。先頭の文字や0が消えているおそれがあります。"
            "セルの書式を「文字列」にして、入力し直してください。"
        )
    for name, kind in kinds.items():
        if kind is Kind.DATE or (name in TEXTS and DAY.fullmatch(typed[name])):
            errors[name] = _(
                "日付になっています。セルの書式を「文字列」にして、入力し直してください。"
            )
    if all(typed[name] == EXAMPLE[name] for name in ("code", "name", "address")):
        errors["code"] = _("記入例の行です。消してください。")
    return errors


def _account(typed: Mapping[str, str]) -> dict[str, str]:
    kinds = {words: key for key, words in TYPES.items()}
    given = {name: typed[name] for name in ACCOUNT}
    return given | {"type": kinds.get(given["type"], given["type"])}
