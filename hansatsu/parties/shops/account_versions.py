"""Where shops are paid: accounts are entered by one person and approved by another.

An account that was entered waits, and changes nothing, until somebody else has approved it. The
latest approved one is in force. Entering another takes what waits back; entering what is in force
does only that. Who writes here holds the shops' rows (``locking``), so that nobody enters while
somebody approves.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from hansatsu.parties import clock
from hansatsu.parties.issuers.audit import Actor, Value, audit
from hansatsu.parties.issuers.deeds import Deed
from hansatsu.parties.issuers.models import Issuer
from hansatsu.parties.issuers.names import shop_name
from hansatsu.parties.seals.bank_accounts import BankAccount, open_account, seal_account
from hansatsu.parties.shops.fields import account_words
from hansatsu.parties.shops.locking import lock_ids
from hansatsu.parties.shops.models import AccountState, AccountVersion, Batch, Shop

AT_ONCE: Final = 1_000
"""Rows in one statement."""

Refusal = Literal["", "decided", "oneself", "nobody"]
"""Why an account was not approved; empty when it was. ``decided``: somebody was faster, or another
was entered. ``oneself``: they entered it. ``nobody``: it is not known who did."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An account that is entered: ``sealed``, and in ``notes`` what was read otherwise than it was
    typed. ``again`` is the version that comes back by it: who entered that one has entered this."""

    sealed: str
    notes: Sequence[str] = ()
    again: AccountVersion | None = None


@dataclass(frozen=True, slots=True)
class Approved:
    """How many accounts were approved together; or none, because of shops (``why`` by number)."""

    count: int = 0
    why: Mapping[str, Refusal] = field(default_factory=dict)


def to_pay(issuer: Issuer, shop_ids: Iterable[int]) -> dict[int, AccountVersion]:
    """The account in force of each of these shops, by the shops' ids; a shop without an approved
    account is not among them."""
    return _newest(issuer, shop_ids, AccountState.APPROVED)


def entered(issuer: Issuer, shop_ids: Iterable[int]) -> dict[int, AccountVersion]:
    """What was entered last for each of these shops: what waits, or else what is in force."""
    return _newest(issuer, shop_ids, AccountState.APPROVED, AccountState.WAITING)


def waiting(issuer: Issuer) -> "QuerySet[AccountVersion]":
    """What waits for a second person, the oldest first."""
    rows = AccountVersion.objects.of(issuer).filter(state=AccountState.WAITING)
    return rows.select_related("shop", "batch").order_by("pk")


def shops_without_account(issuer: Issuer) -> "QuerySet[Shop]":
    """Open shops that cannot be paid, and for which nothing waits either."""
    states = (AccountState.APPROVED, AccountState.WAITING)
    kept = AccountVersion.objects.filter(shop=OuterRef("pk"), state__in=states)
    return Shop.objects.of(issuer).filter(~Exists(kept), open=True)


def open_version(version: AccountVersion) -> BankAccount:
    """The account that it is."""
    return open_account(version.sealed)


def enter(
    by: Actor, shop: Shop, account: BankAccount, *, reason: str, notes: Sequence[str] = ()
) -> bool:
    """Enter an account for a shop; False, and nothing changes, when it was the last one anyway."""
    with transaction.atomic():
        lock_ids(by.issuer, [shop.pk])
        last = entered(by.issuer, [shop.pk]).get(shop.pk)
        if last is not None and open_version(last).paid_at == account.paid_at:
            return False
        enter_held(by, {shop.pk: Entry(seal_account(account), notes)}, reason=reason)
        before: dict[str, Value] = {"account": words_of(last)} if last else {}
        after: dict[str, Value] = {"account": account_words(account)}
        audit(by, "shop_account", shop_name(shop.pk), reason=reason, before=before, after=after)
    return True


def enter_held(
    by: Actor,
    entries: Mapping[int, Entry | None],
    *,
    reason: str,
    batch: Batch | None = None,
) -> None:
    """Enter accounts for shops that the caller holds, in its transaction, which records it. None
    takes back what waits for a shop, and leaves what is in force.

    Args:
        by: who enters them.
        entries: by the shops' ids.
        reason: why, in their words.
        batch: the file that they came with.
    """
    last, in_force = entered(by.issuer, entries), to_pay(by.issuer, entries)
    now = clock.now()
    other = {pk: each for pk, each in entries.items() if not _is(last.get(pk), each)}
    AccountVersion.objects.of(by.issuer).filter(shop__in=other, state=AccountState.WAITING).update(
        state=AccountState.WITHDRAWN,
        decided_by=by.actor,
        decided_by_name=by.actor_name[:60],
        decided_at=now,
        decided_reason=reason,
    )
    new = [
        AccountVersion(
            issuer=by.issuer,
            shop_id=pk,
            sealed=each.sealed,
            notes=[note[:200] for note in each.notes],
            batch=batch,
            entered_by=each.again.entered_by if each.again else by.actor,
            entered_by_name=each.again.entered_by_name if each.again else by.actor_name[:60],
            entered_at=now,
            reason=reason,
        )
        for pk, each in other.items()
        if each is not None and not _is(in_force.get(pk), each)
    ]
    AccountVersion.objects.bulk_create(new, batch_size=AT_ONCE)


def of_before(issuer: Issuer, accounts: Mapping[int, str]) -> dict[int, Entry | None]:
    """What to enter so that shops have again the accounts of before: by the shops' ids, sealed;
    empty for a shop that had none.

    One that nobody had approved stays theirs who entered it: they could approve it if it were
    theirs who brings it back.
    """
    kept: dict[tuple[int, str], AccountVersion] = {}
    rows = AccountVersion.objects.of(issuer).filter(shop__in=list(accounts))
    for row in rows.order_by("pk"):
        place = row.shop_id, row.sealed
        if place not in kept or kept[place].state != AccountState.APPROVED:
            kept[place] = row
    found: dict[int, Entry | None] = dict.fromkeys(accounts)
    for pk, sealed in accounts.items():
        version = kept.get((pk, sealed))
        if version is not None:
            was_agreed = version.state == AccountState.APPROVED
            found[pk] = Entry(sealed, version.notes, None if was_agreed else version)
        elif sealed:
            found[pk] = Entry(sealed)
    return found


def why_not(version: AccountVersion, actor: str) -> Refusal:
    """Why ``actor`` (as ``staff:7``) may not approve it; empty when they may."""
    if version.state != AccountState.WAITING:
        return "decided"
    if not version.entered_by:
        return "nobody"
    return "oneself" if version.entered_by == actor else ""


def approve(deed: Deed, version: AccountVersion) -> Refusal:
    """Have the shop be paid to this account from now on. A refusal changes nothing."""
    with transaction.atomic():
        row = _held(version)
        if why := why_not(row, deed.actor.actor):
            return why
        before = to_pay(row.issuer, [row.shop_id]).get(row.shop_id)
        _decide(deed, [row], AccountState.APPROVED)
        deed.record(
            "shop_account_approved",
            shop_name(row.shop_id),
            before={"account": words_of(before)} if before else {},
            after={"account": words_of(row)},
        )
    return ""


def approve_together(deed: Deed, batch: Batch, versions: Sequence[AccountVersion]) -> Approved:
    """Approve accounts of one file, as they were shown: all of them, or none."""
    issuer, ids = deed.actor.issuer, [each.pk for each in versions]
    with transaction.atomic():
        lock_ids(issuer, [each.shop_id for each in versions])
        found = AccountVersion.objects.of(issuer).filter(batch=batch, pk__in=ids)
        rows = list(found.select_related("shop").order_by("shop__code"))
        why = {row.shop.code: why_not(row, deed.actor.actor) for row in rows}
        if any(why.values()) or not rows:
            return Approved(why={code: said for code, said in why.items() if said})
        _decide(deed, rows, AccountState.APPROVED)
        deed.record(
            "shop_accounts_approved",
            f"shop_batch:{batch.pk}",
            after={
                "count": len(rows),
                "accounts": [f"{row.shop.code} {words_of(row)}" for row in rows],
            },
            things=[shop_name(row.shop_id) for row in rows],
        )
    return Approved(len(rows))


def decline(deed: Deed, version: AccountVersion) -> Refusal:
    """Leave the shop with the account that it has; who entered it may take it back so."""
    with transaction.atomic():
        row = _held(version)
        if row.state != AccountState.WAITING:
            return "decided"
        _decide(deed, [row], AccountState.DECLINED)
        deed.record(
            "shop_account_declined", shop_name(row.shop_id), before={"account": words_of(row)}
        )
    return ""


def words_of(version: AccountVersion) -> str:
    """As pages and the record show it, the number masked."""
    return account_words(open_version(version))


def _newest(
    issuer: Issuer, shop_ids: Iterable[int], *states: AccountState
) -> dict[int, AccountVersion]:
    rows = AccountVersion.objects.of(issuer).filter(shop__in=list(shop_ids), state__in=states)
    newest = rows.order_by("shop_id", "-pk").distinct("shop_id")
    return {row.shop_id: row for row in newest}


def _is(version: AccountVersion | None, entry: Entry | None) -> bool:
    """True when they are the same account; sealed texts of one differ each time."""
    if version is None or entry is None:
        return False
    if version.sealed == entry.sealed:
        return True
    return open_version(version).paid_at == open_account(entry.sealed).paid_at


def _held(version: AccountVersion) -> AccountVersion:
    lock_ids(version.issuer, [version.shop_id])
    return AccountVersion.objects.select_related("issuer", "shop").get(pk=version.pk)


def _decide(deed: Deed, rows: Sequence[AccountVersion], state: AccountState) -> None:
    AccountVersion.objects.filter(pk__in=[row.pk for row in rows]).update(
        state=state,
        decided_by=deed.actor.actor,
        decided_by_name=deed.actor.actor_name[:60],
        decided_at=clock.now(),
        decided_reason=deed.reason,
    )
