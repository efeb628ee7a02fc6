"""Short numbers by which staff change places at a tablet that they share.

A PIN opens nothing by itself: only a browser that somebody opened with a password lately takes it
(``shop_sessions.Shift``), and it lets in as a cashier would be let in (ADR 0043).
"""

import re
from datetime import timedelta
from typing import Literal

from django.contrib.auth.hashers import make_password
from django.utils.translation import gettext as _

from hansatsu.formats.typed import plain
from hansatsu.parties.identity.models import Staff
from hansatsu.parties.identity.passwords import password_fits
from hansatsu.parties.identity.throttle import Count, Limit, count_try, forgive
from hansatsu.parties.shops.models import Shop

FORM = re.compile(r"[0-9]{4,6}")
STRAIGHT = ("0123456789", "9876543210")
TRIES = Limit(
    free=5,
    first_wait=timedelta(seconds=60),
    longest_wait=timedelta(days=1),
    forgotten_after=timedelta(days=2),
    clears=True,
)
"""Of one person's PIN at one terminal: four digits are soon guessed, so the waiting grows long."""

Check = Literal["ok", "wrong", "wait"]


def why_no_pin(typed: str) -> str:
    """Why this cannot be a PIN, in a sentence; empty when it can."""
    pin = plain(typed)
    if not FORM.fullmatch(pin):
        return _("暗証番号は4〜6桁の数字で入力してください。")
    if len(set(pin)) == 1 or any(pin in straight for straight in STRAIGHT):
        return _("同じ数字や続き番号は使えません。別の番号にしてください。")
    return ""


def set_pin(staff: Staff, typed: str) -> None:
    """Keep a PIN that ``why_no_pin`` has nothing against."""
    staff.pin = make_password(plain(typed))
    staff.save(update_fields=["pin"])


def staff_with_pins(shop: Shop) -> list[Staff]:
    """The shop's active staff who have a PIN, by name."""
    staff = Staff.objects.of(shop.issuer).filter(shop=shop, is_active=True)
    return list(staff.exclude(pin="").order_by("display_name", "pk"))


def check_pin(shop: Shop, terminal: int, staff_id: int, typed: str) -> tuple[Check, Staff | None]:
    """Whether it is the PIN of this member of the shop's staff. Wrong ones are counted for the
    person and the terminal together, so nobody can lock a colleague out elsewhere."""
    attempt = count_try(Count(f"pin:{terminal}:{staff_id}", TRIES))
    if attempt.wait_seconds:
        return "wait", None
    found = next((each for each in staff_with_pins(shop) if each.pk == staff_id), None)
    if not password_fits(plain(typed), found.pin if found else None) or found is None:
        return "wrong", None
    forgive(attempt)
    return "ok", found
