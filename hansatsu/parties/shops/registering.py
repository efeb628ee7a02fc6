"""What the issuer's staff do with shops, one at a time. Each act stands in the audit log.

A stopped shop is not listed and takes nothing: its acceptances end with the same commit. Its
staff still see its books, and what it has taken can still be given back.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.db import transaction

from hansatsu.database.connections import ledger_connection
from hansatsu.ledger import api as ledger
from hansatsu.parties.issuers.audit import Actor, Value, audit
from hansatsu.parties.issuers.names import shop_name
from hansatsu.parties.programs.models import Emoney
from hansatsu.parties.seals.bank_accounts import BankAccount, seal_account
from hansatsu.parties.shops.account_versions import Entry, enter_held
from hansatsu.parties.shops.fields import account_words
from hansatsu.parties.shops.locking import lock_shop
from hansatsu.parties.shops.models import Area, Category, Grouping, Shop
from hansatsu.parties.shops.services import NewShop, open_shop, set_takes

CHANGEABLE = (
    *("name", "name_kana", "name_en", "area", "category", "address", "phone"),
    "contact_email",
)
"""Not the code: it stands on posters."""


def subject_of(shop: Shop) -> str:
    """Its name in the audit log."""
    return shop_name(shop.pk)


def register_shop(
    by: Actor,
    new: NewShop,
    *,
    takes: Iterable[Emoney],
    account: BankAccount | None,
    reason: str,
    notes: Sequence[str] = (),
) -> Shop:
    """Make a shop that takes ``takes`` from now on. Its account waits for a second person;
    ``notes`` tell what of it was read otherwise than it was typed.

    Raises:
        django.core.exceptions.ValidationError: when a field is malformed, or the code taken.
        ValueError: when an emoney, the area or the category is another issuer's.
    """
    wanted = list(takes)
    with transaction.atomic():
        shop = open_shop(by.issuer, new, takes=wanted)
        if account is not None:
            enter_held(by, {shop.pk: Entry(seal_account(account), notes)}, reason=reason)
        after = _facts(shop) | {"takes": [each.name for each in wanted]}
        after |= {"account": account_words(account)} if account else {}
        audit(by, "shop_added", subject_of(shop), reason=reason, after=after)
    return shop


def change_shop(by: Actor, shop: Shop, changes: Mapping[str, object], *, reason: str) -> None:
    """Set fields of ``CHANGEABLE``.

    Raises:
        django.core.exceptions.ValidationError: when a field is malformed.
    """
    before = _facts(shop)
    for field, value in changes.items():
        if field not in CHANGEABLE:
            raise ValueError(f"{field} of a shop is not changed")
        setattr(shop, field, value)
    shop.full_clean()
    after = _facts(shop)
    changed = {name for name in before if before[name] != after[name]}
    if not changed:
        return
    with transaction.atomic():
        shop.save(update_fields=list(changes))
        audit(
            by,
            "shop_changed",
            subject_of(shop),
            reason=reason,
            before={name: before[name] for name in sorted(changed)},
            after={name: after[name] for name in sorted(changed)},
        )


def set_shop_takes(by: Actor, shop: Shop, emoneys: Iterable[Emoney], *, reason: str) -> bool:
    """Have the shop take exactly these from now on; False when it is stopped."""
    wanted = list(emoneys)
    with transaction.atomic():
        locked = lock_shop(shop)
        if not locked.open:
            return False
        before = taken_names(locked)
        set_takes(locked, wanted)
        after = taken_names(locked)
        if before != after:
            audit(
                by,
                "shop_takes",
                subject_of(shop),
                reason=reason,
                before={"takes": before},
                after={"takes": after},
            )
    return True


def stop_shop(by: Actor, shop: Shop, *, reason: str) -> bool:
    """List it no more and have it take nothing from now on; False when it was stopped before."""
    with transaction.atomic():
        locked = lock_shop(shop)
        if not locked.open:
            return False
        before = taken_names(locked)
        _set_open(locked, shop, False)
        pairs = {(row.shop_id, row.emoney_id) for row in _acceptances(locked)}
        if pairs:
            ledger.end_acceptances(ledger_connection(), issuer_id=locked.issuer_id, pairs=pairs)
        audit(
            by,
            "shop_stopped",
            subject_of(shop),
            reason=reason,
            before={"active": True, "takes": before},
            after={"active": False, "takes": []},
        )
    return True


def start_shop(by: Actor, shop: Shop, emoneys: Iterable[Emoney], *, reason: str) -> bool:
    """List a stopped shop again and have it take ``emoneys``; False when it is open."""
    wanted = list(emoneys)
    with transaction.atomic():
        locked = lock_shop(shop)
        if locked.open:
            return False
        _set_open(locked, shop, True)
        set_takes(locked, wanted)
        after: dict[str, Value] = {"active": True, "takes": taken_names(locked)}
        audit(
            by,
            "shop_started",
            subject_of(shop),
            reason=reason,
            before={"active": False},
            after=after,
        )
    return True


def taken_before(shop: Shop) -> set[int]:
    """The ids of emoneys that it took when it last took anything."""
    rows = _acceptances(shop)
    if not rows:
        return set()
    open_rows = {row.emoney_id for row in rows if row.end is None}
    last: datetime | None = max((row.end for row in rows if row.end is not None), default=None)
    return open_rows or {row.emoney_id for row in rows if row.end == last}


def taken_names(shop: Shop) -> list[str]:
    """What it takes now, by name."""
    taken = ledger.takes(ledger_connection(), shop.issuer_id).get(shop.pk, [])
    emoneys = Emoney.objects.of(shop.issuer).filter(pk__in=taken)
    return list(emoneys.order_by("pk").values_list("name", flat=True))


def add_group[Group: Area | Category](
    by: Actor, kind: type[Group], *, name: str, name_en: str, order: int, reason: str
) -> Group:
    """Make an area or a category.

    Raises:
        django.core.exceptions.ValidationError: when the issuer has one of that name.
    """
    group = kind(issuer=by.issuer, name=name, name_en=name_en, order=order)
    group.full_clean()
    with transaction.atomic():
        group.save()
        subject = f"{_kind(group)}:{group.pk}"
        audit(by, f"{_kind(group)}_added", subject, reason=reason, after=_names(group))
    return group


def change_group(
    by: Actor, group: Area | Category, *, name: str, name_en: str, order: int, reason: str
) -> None:
    """Call an area or a category otherwise, or put it elsewhere in lists.

    Raises:
        django.core.exceptions.ValidationError: as ``add_group``.
    """
    before = _names(group)
    group.name, group.name_en, group.order = name, name_en, order
    group.full_clean()
    after = _names(group)
    if before == after:
        return
    with transaction.atomic():
        group.save()
        audit(
            by,
            f"{_kind(group)}_changed",
            f"{_kind(group)}:{group.pk}",
            reason=reason,
            before=before,
            after=after,
        )


def _acceptances(shop: Shop) -> list[ledger.Acceptance]:
    return ledger.acceptances(ledger_connection(), shop.issuer_id, shop_id=shop.pk)


def _set_open(locked: Shop, shop: Shop, value: bool) -> None:
    locked.open = shop.open = value
    locked.save(update_fields=["open"])


def _kind(group: Grouping) -> str:
    return "area" if isinstance(group, Area) else "category"


def _names(group: Grouping) -> dict[str, Value]:
    return {"name": group.name, "name_en": group.name_en, "order": group.order}


def _facts(shop: Shop) -> dict[str, Value]:
    return {
        "code": shop.code,
        "name": shop.name,
        "name_kana": shop.name_kana,
        "name_en": shop.name_en,
        "area": shop.area.name,
        "category": shop.category.name,
        "address": shop.address,
        "phone": shop.phone,
        "contact_email": shop.contact_email,
    }
