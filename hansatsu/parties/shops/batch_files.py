"""The shops of a file: made and changed, and set back to what was before."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from django.db.models import Model

from hansatsu.database.connections import ledger_connection
from hansatsu.ledger import api as ledger
from hansatsu.parties.issuers.audit import Actor
from hansatsu.parties.issuers.models import Issuer
from hansatsu.parties.shops.account_versions import (
    AT_ONCE,
    Entry,
    enter_held,
    of_before,
    to_pay,
)
from hansatsu.parties.shops.changes import Change, Kept, Why
from hansatsu.parties.shops.facts import COLUMNS, Facts, facts_of
from hansatsu.parties.shops.locking import lock_ids
from hansatsu.parties.shops.models import AccountVersion, Batch, ContactChange, Shop, ShopAccount
from hansatsu.parties.shops.periods import Pair, Period, from_now, put
from hansatsu.parties.shops.takes import Takes, takes_of, without_past

TAKES: Final = "takes"
GOES_WITH_IT: Final = ("account", "account_versions", "contact_changes")
"""What of a shop goes when the shop goes: its account and address were in the same file."""


def apply(by: Actor, batch: Batch, changes: list[Change]) -> tuple[list[str], list[Change]]:
    """Make and change them; or which shops are not as they were shown. With the ids of new ones.
    Accounts wait for a second person.

    Rows that are there are locked first, then new ones are made in the order of their numbers: two
    files at once wait for each other, and never in a circle.
    """
    issuer = by.issuer
    known = [each for each in changes if each.shop is not None]
    locked = lock_ids(issuer, [each.shop for each in known if each.shop])
    facts = facts_of(issuer, locked.values())
    new = sorted((each for each in changes if each.shop is None), key=lambda each: each.code)
    stale = taken(issuer, new) + [
        each.called
        for each in known
        if not _is_as_shown(each, locked.get(each.shop or 0), facts.get(each.shop or 0))
    ]
    if stale:
        return stale, changes
    made = _make(issuer, new)
    changes = [replace(each, shop=made.get(each.code, each.shop)) for each in changes]
    _set(issuer, locked, {each.shop: each.after for each in changes if each.shop}, facts)
    _enter(by, batch, changes)
    return [], _with_periods(issuer, changes)


def taken(issuer: Issuer, changes: Iterable[Change]) -> list[str]:
    """Which of the new shops have a number that is taken by now."""
    new = {each.code: each.called for each in changes if each.before is None}
    codes = Shop.objects.of(issuer).filter(code__in=new).values_list("code", flat=True)
    return [new[code] for code in codes]


def hold(issuer: Issuer, changes: Sequence[Change]) -> None:
    """The shops, locked here and in the ledger; nothing new may point to one that goes."""
    locked = lock_ids(issuer, [each.shop for each in changes if each.shop], to_remove=True)
    ledger.hold_shops(ledger_connection(), sorted(locked))


def hindered(issuer: Issuer, changes: list[Change], accounts: bool) -> list[Kept]:
    """Those that are not as it left them, or are in use."""
    ids = [each.shop for each in changes if each.shop]
    shops = {shop.pk: shop for shop in Shop.objects.of(issuer).filter(pk__in=ids)}
    facts = facts_of(issuer, shops.values())
    made = [each.shop for each in changes if each.before is None and each.shop]
    paid = ledger.shops_with_entries(ledger_connection(), issuer.pk, made)
    used = _used(made)
    in_force = {pk: version.sealed for pk, version in to_pay(issuer, shops).items()}
    found = []
    for each in changes:
        why = _why(each, shops.get(each.shop or 0), facts.get(each.shop or 0), accounts)
        if why is None and each.before is not None and _is_for_good(each, in_force):
            why = Why.APPROVED
        if each.before is None and each.shop in shops:
            why = (Why.PAID if each.shop in paid else used.get(each.shop)) or why
        if why is not None:
            found.append(Kept(each.code, each.name, why))
    return found


def way_back(change: Change, now: datetime) -> Change:
    """What undoing does at ``now``: what it ended runs again from then on, until its old end."""
    back = change.turned
    if change.before is None or TAKES not in change.before:
        return back  # a shop that goes, a change of something else
    takes = without_past(change.before[TAKES], now)
    since = without_past(change.after[TAKES], now)
    takes |= {each: from_now(takes[each], now) for each in _differing(takes, since) & takes.keys()}
    return replace(back, after={**back.after, TAKES: takes})


def undo(by: Actor, changes: list[Change], reason: str) -> None:
    """Set back what was changed, take away what was made. The shops are held. An account of before
    is entered again, and waits for a second person as any other; one that waited then is still
    theirs who had entered it.

    The ledger keeps its row of a shop that is gone: it has taken nothing and takes nothing, and its
    id is never used again.
    """
    issuer = by.issuer
    made = [each.shop for each in changes if each.before is None and each.shop]
    _take_nothing(issuer, made)
    AccountVersion.objects.of(issuer).filter(shop__in=made).delete()
    ContactChange.objects.of(issuer).filter(shop__in=made).delete()
    ShopAccount.objects.of(issuer).filter(shop__in=made).delete()
    Shop.objects.of(issuer).filter(pk__in=made).delete()
    back = {each.shop: each.before for each in changes if each.before is not None and each.shop}
    shops = {shop.pk: shop for shop in Shop.objects.of(issuer).filter(pk__in=back)}
    _set(issuer, shops, back, facts_of(issuer, shops.values()))
    accounts = {pk: each["account"] for pk, each in back.items() if "account" in each}
    enter_held(by, of_before(issuer, accounts), reason=reason)


def _make(issuer: Issuer, new: list[Change]) -> dict[str, int]:
    shops = [
        Shop(
            issuer=issuer,
            code=each.code,
            **{
                column: each.after[name]
                for name, column in COLUMNS.items()
                if name in each.after  # a draft of the version before knows no mail address
            },
        )
        for each in new
    ]
    made = Shop.objects.bulk_create(shops, batch_size=AT_ONCE)
    ids = [shop.pk for shop in made]
    ledger.open_shops(ledger_connection(), issuer_id=issuer.pk, shop_ids=ids)
    return {shop.code: shop.pk for shop in made}


def _set(
    issuer: Issuer, shops: dict[int, Shop], facts: dict[int, dict[str, Any]], now: dict[int, Facts]
) -> None:
    """Have shops be as ``facts`` say; ``shops`` are the rows of those that were there before."""
    changed = []
    for pk, shop in shops.items():
        columns = {COLUMNS[name]: facts[pk][name] for name in facts[pk] if name in COLUMNS}
        for column, value in columns.items():
            setattr(shop, column, value)
        if columns:
            changed.append(shop)
    Shop.objects.bulk_update(changed, list(COLUMNS.values()), batch_size=AT_ONCE)
    _set_takes(issuer, {pk: each[TAKES] for pk, each in facts.items() if TAKES in each}, now)


def _set_takes(issuer: Issuer, kept: dict[int, Takes], facts: dict[int, Facts]) -> None:
    """Only what differs is touched: what a shop takes already keeps its end, and its plans."""
    connection = ledger_connection()
    ledger.hold_shops(connection, sorted(kept))
    now = ledger.now(connection)  # after having waited
    over: list[Pair] = []
    begun: dict[Pair, list[Period]] = {}
    for shop, value in kept.items():
        old: Takes = facts[shop].takes if shop in facts else {}
        new = without_past(value, now)
        for emoney in sorted(_differing(old, new), key=int):
            if emoney in old:
                over.append((shop, int(emoney)))
            begun[shop, int(emoney)] = from_now(new.get(emoney, []), now)
    ledger.end_acceptances(connection, issuer_id=issuer.pk, pairs=over)
    put(issuer, begun)


def _with_periods(issuer: Issuer, changes: list[Change]) -> list[Change]:
    """With what shops take since: the way back asks whether it is still so."""
    takes = takes_of(issuer, ledger.now(ledger_connection()))
    return [
        replace(each, after={**each.after, TAKES: takes.get(each.shop or 0, {})})
        if TAKES in each.after
        else each
        for each in changes
    ]


def _enter(by: Actor, batch: Batch, changes: list[Change]) -> None:
    entries = {
        each.shop: Entry(each.after["account"], each.notes)
        for each in changes
        if each.shop and each.after.get("account")
    }
    enter_held(by, entries, reason=batch.reason, batch=batch)


def _take_nothing(issuer: Issuer, shops: list[int]) -> None:
    rows = ledger.acceptances(ledger_connection(), issuer.pk)
    gone = set(shops)
    pairs = [(row.shop_id, row.emoney_id) for row in rows if row.shop_id in gone]
    ledger.end_acceptances(ledger_connection(), issuer_id=issuer.pk, pairs=pairs)


def _why(change: Change, shop: Shop | None, facts: Facts | None, accounts: bool) -> Why | None:
    if shop is None or facts is None:
        return Why.GONE
    if change.after.get("account") and not accounts:
        return Why.ACCOUNT
    after, before = change.after, change.before or {}
    if change.before is None:  # as it was made, with no account but that of the file
        after = {"account": "", **after}
    if "account" in after and facts.values["account"] == before.get("account", ""):
        after = {**after, "account": facts.values["account"]}  # it was declined
    if change.before is None:
        if not shop.open:
            return Why.CHANGED
    elif TAKES in after and not shop.open:
        return Why.STOPPED
    return None if facts.are(after) else Why.CHANGED


def _is_as_shown(change: Change, shop: Shop | None, facts: Facts | None) -> bool:
    if shop is None or facts is None or change.before is None:
        return False
    takes_on = shop.open or TAKES not in change.after
    return takes_on and facts.are(change.before)


def _is_for_good(change: Change, in_force: dict[int, str]) -> bool:
    """True when a shop that had no account has one by now that two people have agreed on."""
    before, after = change.before or {}, change.after
    has_first = "account" in after and not before["account"]
    return has_first and in_force.get(change.shop or 0) == after["account"]


def _differing(old: Takes, new: Takes) -> set[str]:
    return {each for each in old.keys() | new.keys() if old.get(each) != new.get(each)}


def _used(shops: list[int]) -> dict[int, Why]:
    """What points to shops, whatever package it is of: staff, terminals, endpoints."""
    found: dict[int, Why] = {}
    for relation in Shop._meta.related_objects:
        model: type[Model] = relation.related_model
        if relation.get_accessor_name() in GOES_WITH_IT:
            continue
        name = relation.field.name
        why = Why.STAFF if relation.get_accessor_name() == "staff" else Why.USED
        rows = model._default_manager.filter(**{f"{name}__in": shops})
        for pk in rows.values_list(name, flat=True).distinct():
            found[pk] = Why.STAFF if Why.STAFF in (why, found.get(pk)) else why
    return found
