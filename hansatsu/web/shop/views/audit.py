"""操作の記録: what the shop's staff did, newest first."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from hansatsu.issuers.audit import list_audit, place_of_shop
from hansatsu.issuers.models import AuditEntry
from hansatsu.wallets.japan import in_japan
from hansatsu.web.audit_words import act_words, details
from hansatsu.web.shop.access import Desk, for_staff
from hansatsu.web.shop.audit_subjects import subject_names
from hansatsu.web.shop.show import show

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


@require_safe
@for_staff
def audit(request: HttpRequest, desk: Desk) -> HttpResponse:
    """A page of acts; ``?before=`` goes on below one."""
    before = request.GET.get("before", "")
    entries = list_audit(
        desk.issuer,
        place=place_of_shop(desk.shop.pk),
        before_id=int(before)
        if before.isascii() and before.isdecimal() and len(before) < 18
        else None,
        limit=ROWS + 1,
    )
    shown = entries[:ROWS]
    older = shown[-1].pk if len(entries) > ROWS else None
    subjects = subject_names(desk.shop, [each.subject for each in shown])
    told = [_told(each, subjects) for each in shown]
    return show(request, desk, "audit", entries=told, older=older)


def _told(entry: AuditEntry, subjects: Mapping[str, str]) -> Told:
    return Told(
        at=in_japan(entry.at),
        act=act_words(entry.act),
        who=entry.actor_name,
        reason=entry.reason,
        details=details(entry, subjects),
        where=" · ".join(part for part in (entry.browser, entry.address) if part),
    )
