"""What is registered of many shops, each as plain values: to compare, to keep beside a change, and
to set back."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from hansatsu.database.connections import ledger_connection
from hansatsu.ledger import api as ledger
from hansatsu.parties.issuers.models import Issuer
from hansatsu.parties.seals.bank_accounts import BankAccount, open_account
from hansatsu.parties.shops.account_versions import entered
from hansatsu.parties.shops.models import AccountVersion, Shop
from hansatsu.parties.shops.periods import Period, going, period
from hansatsu.parties.shops.takes import Takes, are_as, running, takes_of

COLUMNS: Final = {
    "name": "name",
    "name_kana": "name_kana",
    "name_en": "name_en",
    "area": "area_id",
    "category": "category_id",
    "address": "address",
    "phone": "phone",
    "contact_email": "contact_email",
}
"""Facts that are fields of the shop's own row."""


@dataclass(frozen=True, slots=True)
class Facts:
    """``values`` by name: texts, ``area`` and ``category`` as ids, ``takes`` as ``shops.takes`` has
    it, ``account`` sealed as it was last entered, or empty without one. So they are ``at`` a
    moment."""

    values: Mapping[str, Any]
    at: datetime

    @property
    def takes(self) -> Takes:
        """What it takes now and later."""
        takes: Takes = self.values["takes"]
        return takes

    @property
    def running(self) -> list[int]:
        """The ids of the emoneys that it takes now."""
        return running(self.takes, self.at)

    def differing(
        self, facts: Mapping[str, Any], account: BankAccount | None
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        """Of ``facts``, what is otherwise now: as it is, as it would be. Sealed texts differ each
        time, so ``account`` is compared as what it says."""
        changed = {name for name, value in facts.items() if self.values[name] != value}
        kept = self.values["account"]
        if account and kept and open_account(kept).paid_at == account.paid_at:
            changed.discard("account")
        names = [name for name in facts if name in changed]
        return {name: self.values[name] for name in names}, {name: facts[name] for name in names}

    def are(self, values: Mapping[str, Any]) -> bool:
        """True when all of ``values`` hold."""
        return all(self._is(name, value) for name, value in values.items())

    def _is(self, name: str, value: Any) -> bool:
        if name == "takes":
            return are_as(self.takes, value, self.at)
        return bool(self.values[name] == value)


def facts_of(issuer: Issuer, shops: Iterable[Shop]) -> dict[int, Facts]:
    """By the shops' ids."""
    shops = list(shops)
    now = ledger.now(ledger_connection())
    taken = takes_of(issuer, now)
    accounts = entered(issuer, [shop.pk for shop in shops])
    return {
        shop.pk: Facts(
            {name: getattr(shop, column) for name, column in COLUMNS.items()}
            | {"takes": taken.get(shop.pk, {}), "account": _sealed(accounts.get(shop.pk))},
            now,
        )
        for shop in shops
    }


def _sealed(account: AccountVersion | None) -> str:
    return account.sealed if account else ""


def periods_of(issuer: Issuer, emoney_id: int) -> dict[int, list[Period]]:
    """When shops take an emoney now and later, by their ids, in the order of time."""
    found: dict[int, list[Period]] = defaultdict(list)
    for row in going(issuer, ledger.now(ledger_connection()), emoney_id):
        found[row.shop_id].append(period(row))
    return found
