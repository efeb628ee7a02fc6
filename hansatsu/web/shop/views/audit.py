"""操作の記録: what the shop's staff did, newest first."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from hansatsu.formats.japan import in_japan, start_of
from hansatsu.parties.identity.models import Staff
from hansatsu.parties.issuers.audit import Wanted, list_audit, place_of_shop
from hansatsu.parties.issuers.models import AuditEntry
from hansatsu.parties.issuers.names import payment_name, staff_name, terminal_name
from hansatsu.parties.shops.models import Shop, Terminal
from hansatsu.web.shared.addresses import shop_url
from hansatsu.web.shared.audit_words import acts_named, details, done_words
from hansatsu.web.shared.typed import plain
from hansatsu.web.shop.access import Desk, for_staff
from hansatsu.web.shop.audit_subjects import subject_names
from hansatsu.web.shop.show import show
from hansatsu.web.shop.views.payments import read_day

ROWS = 50


@dataclass(frozen=True, slots=True)
class Told:
    """An act in words."""

    at: datetime
    act: str
    who: str
    reason: str
    details: list[str]
    where: str
    href: str = ""


@require_safe
@for_staff
def audit(request: HttpRequest, desk: Desk) -> HttpResponse:
    """A page of acts; ``?before=`` goes on below one."""
    before = request.GET.get("before", "")
    typed = {name: request.GET.get(name, "") for name in ("text", "first", "last")}
    entries = list_audit(
        desk.issuer,
        place=place_of_shop(desk.shop.pk),
        wanted=_wanted(desk.shop, typed),
        before_id=int(before)
        if before.isascii() and before.isdecimal() and len(before) < 18
        else None,
        limit=ROWS + 1,
    )
    shown = entries[:ROWS]
    older = shown[-1].pk if len(entries) > ROWS else None
    subjects = subject_names(desk.shop, [each.subject for each in shown])
    told = [_told(each, subjects) for each in shown]
    further = urlencode({**{n: text for n, text in typed.items() if text}, "before": older})
    is_search = any(typed.values())
    page: dict[str, Any] = {
        "typed": typed,
        "is_search": is_search,
        "older": further if older else "",
    }
    return show(request, desk, "audit", entries=told, **page)


def _wanted(shop: Shop, typed: Mapping[str, str]) -> Wanted:
    """By words of a reason, a person, an act, a terminal, or a payment's number; and by days."""
    text = plain(typed["text"])
    first, last = (read_day(typed[name]) if typed[name] else None for name in ("first", "last"))
    return Wanted(
        text=text,
        acts=acts_named(text),
        subjects=tuple(_subjects(shop, text)) if text else (),
        since=start_of(first) if first else None,
        until=start_of(last + timedelta(days=1)) if last else None,
    )


def _subjects(shop: Shop, text: str) -> list[str]:
    staff = Staff.objects.of(shop.issuer).filter(shop=shop, display_name__icontains=text)
    terminals = Terminal.objects.of(shop.issuer).filter(shop=shop, name__icontains=text)
    found = [staff_name(pk) for pk in staff.values_list("pk", flat=True)]
    found += [terminal_name(pk) for pk in terminals.values_list("pk", flat=True)]
    return [*found, payment_name(text.upper().replace(" ", ""))]


def _page_of(subject: str) -> str:
    kind, _colon, number = subject.partition(":")
    return shop_url("payment", number=number) if kind == "payment" else ""


def _told(entry: AuditEntry, subjects: Mapping[str, str]) -> Told:
    return Told(
        at=in_japan(entry.at),
        act=done_words(entry),
        who=entry.actor_name,
        reason=entry.reason,
        details=details(entry, subjects),
        where=" · ".join(part for part in (entry.browser, entry.address) if part),
        href=_page_of(entry.subject),
    )
