"""What is done with many shops at once: drafted, shown with what each shop was and would be, done
when its reader says so, and undone shop by shop where nothing has come of it.

A draft is done only as it was shown: when one of its shops has changed meanwhile, nothing is. Who
drafted it does it. What a batch did stands in its rows and in the record (操作の記録), whose entry
is found by each of the shops.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import IntegrityError, transaction

from hansatsu.parties import clock
from hansatsu.parties.issuers.audit import Actor, Value, audit
from hansatsu.parties.issuers.names import emoney_name, shop_name
from hansatsu.parties.shops import batch_files, batch_periods
from hansatsu.parties.shops.batch_periods import PERIODS
from hansatsu.parties.shops.changes import Change, Kept
from hansatsu.parties.shops.models import Batch, BatchKind

DRAFTS_LAST: Final = timedelta(days=1)
"""After it a draft is thrown away within the hour, with the accounts that it may hold."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """``done`` shops; or none, because of ``stale`` ones that are not as they were shown; ``left``
    are the shops that were left as they are, each with the reason."""

    done: int = 0
    stale: list[str] = field(default_factory=list)
    left: list[Kept] = field(default_factory=list)


def draft(
    by: Actor,
    kind: BatchKind,
    changes: Sequence[Change],
    *,
    reason: str,
    settings: Mapping[str, Any] | None = None,
) -> Batch:
    """Keep what would be done, so that it can be looked at first."""
    return Batch.objects.create(
        issuer=by.issuer,
        kind=kind,
        settings=dict(settings or {}),
        rows=[asdict(change) for change in changes],
        count=len(changes),
        reason=reason,
        drafted_at=clock.now(),
        drafted_by=by.actor,
        drafted_by_name=by.actor_name[:60],
    )


def forget_old_drafts() -> int:
    """Delete the drafts that nobody has done in time, of all issuers; returns how many."""
    old = Batch.objects.filter(applied_at=None, drafted_at__lte=clock.now() - DRAFTS_LAST)
    deleted, _ = old.delete()
    return deleted


def changes_of(batch: Batch) -> list[Change]:
    """Its shops, as rows of the batch have them."""
    return [Change(**row) for row in batch.rows]


def subject_of(batch: Batch) -> str:
    """Its name in the audit log."""
    return f"shop_batch:{batch.pk}"


def may_apply(by: Actor, batch: Batch, *, accounts: bool) -> bool:
    """True when it is a draft of theirs, and fresh. ``accounts``: True when they may say by now
    where shops are paid out to; who drafted it may have become somebody who may not."""
    now = clock.now()
    is_fresh = now - batch.drafted_at < DRAFTS_LAST and not _has_ended(batch, now)
    is_theirs = batch.drafted_by == by.actor and (accounts or not _sets_accounts(batch))
    return batch.applied_at is None and is_theirs and is_fresh


def apply(by: Actor, batch: Batch, *, accounts: bool) -> Outcome:
    """Do what was drafted; all of it or nothing. Asked again, it is done once. ``accounts`` as in
    ``may_apply``.

    Raises:
        ValueError: when it is somebody else's draft, or sets accounts without ``accounts``.
    """
    if batch.drafted_by != by.actor:
        raise ValueError("who drafted it does it")
    try:
        with transaction.atomic():
            outcome = _apply(by, batch, accounts)
            if outcome.stale:
                transaction.set_rollback(True)
    except IntegrityError:  # somebody registered one of the numbers at the same moment
        taken = batch_files.taken(by.issuer, changes_of(batch))
        if not taken:
            raise
        return Outcome(stale=taken)
    return outcome


def _apply(by: Actor, batch: Batch, accounts: bool) -> Outcome:
    batch = _lock(batch)
    if batch.applied_at is not None:
        return Outcome(done=batch.count)
    if not accounts and _sets_accounts(batch):
        raise ValueError("who may not set accounts sets none with a file")
    changes = changes_of(batch)
    if batch.kind == BatchKind.FILE:
        stale, changes = batch_files.apply(by, batch, changes)
    else:
        stale, changes = batch_periods.apply(by.issuer, changes, batch.settings, batch.kind)
    if stale:
        return Outcome(stale=stale)
    batch.applied_at = clock.now()
    batch.rows = [asdict(change) for change in changes]
    batch.save(update_fields=["applied_at", "rows"])
    _record_applied(by, batch, changes, batch.applied_at)
    return Outcome(done=len(changes))


def left_by_undoing(batch: Batch, *, accounts: bool) -> list[Kept]:
    """Which of its shops would be left as they are, and why, if it were undone now. ``accounts``:
    True when the asker may say where shops are paid out to."""
    return _hindered(batch, changes_of(batch), accounts)


def way_back(change: Change) -> Change:
    """What undoing would do to a shop now."""
    if change.before is not None and PERIODS in change.before:
        return batch_periods.way_back(change, clock.now())
    return batch_files.way_back(change, clock.now())


def undo(by: Actor, batch: Batch, *, reason: str, accounts: bool) -> Outcome:
    """Set shops back to what they were before it: those that are still as it left them. A shop
    that it made goes away, unless something was done with it."""
    with transaction.atomic():
        batch = _lock(batch)
        changes = changes_of(batch)
        if batch.applied_at is None:
            return Outcome()
        _module(batch).hold(batch.issuer, changes)
        left = _hindered(batch, changes, accounts)
        codes = {kept.code for kept in left}
        back = [each for each in changes if not each.undone and each.code not in codes]
        if not back:
            return Outcome(left=left)
        if batch.kind == BatchKind.FILE:
            batch_files.undo(by, back, reason)
        else:
            batch_periods.undo(batch.issuer, back, batch.settings)
        done = {each.code for each in back}
        changes = [replace(each, undone=each.undone or each.code in done) for each in changes]
        batch.rows = [asdict(change) for change in changes]
        batch.undone_at, batch.undone = clock.now(), sum(each.undone for each in changes)
        batch.save(update_fields=["rows", "undone_at", "undone"])
        _record_undone(by, batch, back, left, reason)
    return Outcome(done=len(back), left=left)


def _has_ended(batch: Batch, now: datetime) -> bool:
    return batch.kind != BatchKind.FILE and batch_periods.has_ended(batch.settings, now)


def _sets_accounts(batch: Batch) -> bool:
    return any("account" in each.after for each in changes_of(batch))


def _hindered(batch: Batch, changes: list[Change], accounts: bool) -> list[Kept]:
    open_ones = [change for change in changes if not change.undone]
    if batch.kind == BatchKind.FILE:
        return batch_files.hindered(batch.issuer, open_ones, accounts)
    return batch_periods.hindered(batch.issuer, open_ones, batch.settings)


def _module(batch: Batch) -> Any:
    return batch_files if batch.kind == BatchKind.FILE else batch_periods


def _lock(batch: Batch) -> Batch:
    rows = Batch.objects.select_for_update(of=("self",), no_key=True).select_related("issuer")
    return rows.get(pk=batch.pk)


def _record_applied(by: Actor, batch: Batch, changes: list[Change], at: datetime) -> None:
    act = {"file": "shops_imported", "start": "emoney_accepted", "end": "emoney_not_accepted"}
    after: dict[str, Value] = {"count": len(changes), "shops": [each.code for each in changes]}
    if batch.kind == BatchKind.FILE:
        made = sum(each.before is None for each in changes)
        after |= {"made": made, "changed": len(changes) - made}
    if batch.kind == BatchKind.START:
        begins = batch.settings["start"] or at.isoformat()
        after |= {"from": begins, "until": batch.settings["end"]}
    audit(
        by,
        act[batch.kind],
        _about(batch),
        reason=batch.reason,
        after=after,
        things=_things(batch, changes),
    )


def _record_undone(
    by: Actor, batch: Batch, back: list[Change], left: list[Kept], reason: str
) -> None:
    before: dict[str, Value] = {"shops": [each.code for each in back]}
    after: dict[str, Value] = {"count": len(back)}
    if left:
        after["left"] = [f"{each.code} {each.name}" for each in left]
    things = _things(batch, back)
    audit(
        by, "shops_undone", _about(batch), reason=reason, before=before, after=after, things=things
    )


def _about(batch: Batch) -> str:
    emoney = batch.settings.get("emoney")
    return emoney_name(emoney) if emoney else subject_of(batch)


def _things(batch: Batch, changes: Iterable[Change]) -> list[str]:
    shops = [shop_name(each.shop) for each in changes if each.shop is not None]
    return [subject_of(batch), *shops]
