"""What is registered of many shops, each as plain values: to compare, to keep beside a change, and
to set back."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC
from typing import Any, Final

from hansatsu.database.connections import ledger_connection
from hansatsu.identity.bank_accounts import BankAccount, open_account
from hansatsu.issuers.models import Issuer
from hansatsu.ledger import api as ledger
from hansatsu.shops.models import Shop, ShopAccount

COLUMNS: Final = {
    "name": "name",
    "name_kana": "name_kana",
    "name_en": "name_en",
    "area": "area_id",
    "category": "category_id",
    "address": "address",
    "phone": "phone",
}
"""Facts that are fields of the shop's own row."""


@dataclass(frozen=True, slots=True)
class Facts:
    """``values`` by name: texts, ``area`` and ``category`` as ids, ``takes`` as ids of emoneys,
    ``account`` sealed, or empty when there is none."""

    values: Mapping[str, Any]

    def differing(
        self, facts: Mapping[str, Any], account: BankAccount | None
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        """Of ``facts``, what is otherwise now: as it is, as it would be. Sealed texts differ each
        time, so ``account`` is compared as what it says."""
        changed = {name for name, value in facts.items() if self.values[name] != value}
        kept = self.values["account"]
        if "account" in changed and kept and open_account(kept) == account:
            changed.discard("account")
        names = [name for name in facts if name in changed]
        return {name: self.values[name] for name in names}, {name: facts[name] for name in names}

    def are(self, values: Mapping[str, Any]) -> bool:
        """Whether all of ``values`` hold."""
        return all(self.values[name] == value for name, value in values.items())


def facts_of(issuer: Issuer, shops: Iterable[Shop]) -> dict[int, Facts]:
    """By the shops' ids."""
    shops = list(shops)
    taken = ledger.takes(ledger_connection(), issuer.pk)
    accounts = dict(ShopAccount.objects.of(issuer).values_list("shop_id", "sealed"))
    return {
        shop.pk: Facts(
            {name: getattr(shop, column) for name, column in COLUMNS.items()}
            | {"takes": taken.get(shop.pk, []), "account": accounts.get(shop.pk, "")}
        )
        for shop in shops
    }


Period = list[str | None]
"""From when, until when (open when None), in ISO 8601."""


def periods_of(issuer: Issuer, emoney_id: int) -> dict[int, list[Period]]:
    """When shops take an emoney now and later, by their ids, in the order of time."""
    connection = ledger_connection()
    now = ledger.now(connection)
    found: dict[int, list[Period]] = defaultdict(list)
    for row in ledger.acceptances(connection, issuer.pk, emoney_id=emoney_id):
        if row.end is None or row.end > now:
            end = row.end.astimezone(UTC).isoformat() if row.end else None
            found[row.shop_id].append([row.start.astimezone(UTC).isoformat(), end])
    return found
