"""When many shops take one emoney: begun, ended, and set back to what was before."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from hansatsu.database.connections import ledger_connection
from hansatsu.ledger import api as ledger
from hansatsu.parties.issuers.models import Issuer
from hansatsu.parties.programs.models import Emoney
from hansatsu.parties.shops.changes import Change, Kept, Why
from hansatsu.parties.shops.facts import periods_of
from hansatsu.parties.shops.locking import lock_ids
from hansatsu.parties.shops.models import BatchKind, Shop
from hansatsu.parties.shops.periods import Period, are_as, from_now, moment, put

PERIODS: Final = "periods"


def plan(
    issuer: Issuer,
    emoney: Emoney,
    shops: Sequence[Shop],
    kind: BatchKind,
    *,
    start: datetime | None,
    end: datetime | None,
) -> list[Change]:
    """What it would do to those of ``shops`` that it changes, with what they take now and later.

    Raises:
        ValueError: when it would end before it begins, or a shop is another issuer's.
    """
    now = ledger.now(ledger_connection())
    if end is not None and end <= max(start or now, now):
        raise ValueError("an acceptance ends after it begins")
    if {emoney.issuer_id, *(shop.issuer_id for shop in shops)} != {issuer.pk}:
        raise ValueError("only the issuer's shops take its emoneys")
    known = periods_of(issuer, emoney.pk)
    wanted = _wanted(kind, start, end)
    return [
        Change(shop.pk, shop.code, shop.name, {PERIODS: known.get(shop.pk, [])}, {PERIODS: wanted})
        for shop in shops
        if _changes(known.get(shop.pk, []), kind, start, end, now)
    ]


def apply(
    issuer: Issuer, changes: list[Change], settings: Mapping[str, Any], kind: str
) -> tuple[list[str], list[Change]]:
    """Do it; or which shops are not as they were shown. With what they take since."""
    locked = hold(issuer, changes)
    known, now = periods_of(issuer, settings["emoney"]), ledger.now(ledger_connection())
    ended = has_ended(settings, now)
    stale = [
        each.called
        for each in changes
        if ended
        or not _is_open(locked, each)
        or not are_as(known.get(each.shop or 0, []), _before(each), now)
    ]
    if stale:
        return stale, changes
    pairs = [(each.shop, settings["emoney"]) for each in changes if each.shop]
    if kind == BatchKind.END:
        ledger.end_acceptances(ledger_connection(), issuer_id=issuer.pk, pairs=pairs)
    else:
        ledger.set_acceptances(
            ledger_connection(),
            issuer_id=issuer.pk,
            pairs=pairs,
            start=moment(settings["start"]),
            end=moment(settings["end"]),
        )
    since = periods_of(issuer, settings["emoney"])
    return [], [replace(each, after={PERIODS: since.get(each.shop or 0, [])}) for each in changes]


def has_ended(settings: Mapping[str, Any], now: datetime) -> bool:
    """True when what was drafted would end before it begins, by now."""
    end = moment(settings["end"])
    return end is not None and end <= now


def hold(issuer: Issuer, changes: Sequence[Change]) -> dict[int, Shop]:
    """The shops, locked here and in the ledger."""
    locked = lock_ids(issuer, [each.shop for each in changes if each.shop])
    ledger.hold_shops(ledger_connection(), sorted(locked))
    return locked


def hindered(issuer: Issuer, changes: list[Change], settings: Mapping[str, Any]) -> list[Kept]:
    """Those that are not as it left them, or take nothing at all."""
    ids = [each.shop for each in changes if each.shop]
    shops = {shop.pk: shop for shop in Shop.objects.of(issuer).filter(pk__in=ids)}
    known, now = periods_of(issuer, settings["emoney"]), ledger.now(ledger_connection())
    found = []
    for each in changes:
        if each.shop not in shops:
            found.append(Kept(each.code, each.name, Why.GONE))
        elif not shops[each.shop].open:
            found.append(Kept(each.code, each.name, Why.STOPPED))
        elif not are_as(known.get(each.shop, []), each.after[PERIODS], now):
            found.append(Kept(each.code, each.name, Why.CHANGED))
    return found


def way_back(change: Change, now: datetime) -> Change:
    """What undoing does at ``now``: what ran runs from then on, what is over stays over."""
    periods = from_now(_before(change), now)
    return replace(change, before=change.after, after={PERIODS: periods})


def undo(issuer: Issuer, changes: list[Change], settings: Mapping[str, Any]) -> None:
    """Have them take it as before: what ran runs again from now on until its old end, and what was
    planned is planned. What is over by now stays over. The shops are held."""
    connection, now = ledger_connection(), ledger.now(ledger_connection())
    wanted = {
        (each.shop, settings["emoney"]): way_back(each, now).after[PERIODS]
        for each in changes
        if each.shop
    }
    ledger.end_acceptances(connection, issuer_id=issuer.pk, pairs=list(wanted))
    put(issuer, wanted)


def _changes(
    known: list[Period], kind: str, start: datetime | None, end: datetime | None, now: datetime
) -> bool:
    """True when a shop would take it otherwise than now."""
    if kind == BatchKind.END:
        return bool(known)
    begins_later = start is not None and start > now
    if begins_later or len(known) != 1:
        return True
    runs = moment(known[0][0])
    return runs is None or runs > now or moment(known[0][1]) != end


def _wanted(kind: str, start: datetime | None, end: datetime | None) -> list[Period]:
    if kind == BatchKind.END:
        return []
    return [[start.isoformat() if start else None, end.isoformat() if end else None]]


def _is_open(locked: Mapping[int, Shop], change: Change) -> bool:
    shop = locked.get(change.shop or 0)
    return shop is not None and shop.open


def _before(change: Change) -> list[Period]:
    periods: list[Period] = (change.before or {})[PERIODS]
    return periods
