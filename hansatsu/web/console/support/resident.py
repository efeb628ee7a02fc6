"""A resident as support sees them, and their data for who says why."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_safe

from hansatsu.flows.support.residents import mask_resident, show_personal_data
from hansatsu.flows.support.timelines import resident_timeline
from hansatsu.parties.identity.models import Resident
from hansatsu.web.console.frame.access import Clerk, console_url, for_clerks
from hansatsu.web.console.frame.asking import Question, ReasonForm, ask, show
from hansatsu.web.console.frame.lists import Link
from hansatsu.web.console.support.common import (
    found_resident,
    resident_facts,
    to_find,
    what_is_held,
)
from hansatsu.web.console.support.links import resident_links
from hansatsu.web.console.support.timelines import asked_cursor, shown
from hansatsu.web.shared.resident_lines import LINES


@require_safe
@for_clerks
def resident_page(request: HttpRequest, clerk: Clerk, resident_id: int) -> HttpResponse:
    """Masked: who it is, what the wallet holds, and everything that happened."""
    resident = found_resident(clerk, resident_id)
    timeline = resident_timeline(resident, asked_cursor(request))
    return show(
        request,
        "support_thing",
        title=_("利用者"),
        subtitle=mask_resident(resident).name,
        back=to_find(),
        facts=resident_facts(resident),
        aside=what_is_held(resident.issuer, resident.wallet_id),
        links=resident_links(clerk, resident),
        timeline=shown(request, clerk, timeline),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_clerks
def personal_page(request: HttpRequest, clerk: Clerk, resident_id: int) -> HttpResponse:
    """Ask why, put it on record, and show the data on this one answer: who comes back asks
    again."""
    resident = found_resident(clerk, resident_id)
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        data = show_personal_data(clerk.actor, resident, reason=form.cleaned_data["reason"])
        return _shown(request, resident, data)
    question = Question(
        title=_("個人情報を表示"),
        lead=_("お名前、ご連絡先、ご住所などを隠さずに表示します。"),
        form=form,
        submit=_("表示する"),
        back=console_url("support_resident", resident.pk),
        facts=resident_facts(resident),
    )
    return ask(request, question)


@sensitive_variables()
def _shown(request: HttpRequest, resident: Resident, data: dict[str, Any]) -> HttpResponse:
    facts = [(str(line.label), line.shown(data)) for line in LINES]
    return show(
        request,
        "support_personal",
        title=_("個人情報"),
        back=Link(mask_resident(resident).name, console_url("support_resident", resident.pk)),
        facts=[(name, value or "—") for name, value in facts],
    )
