"""精算: the period that runs, what waits for me, and the last closings."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from hansatsu.flows.settlement import plans
from hansatsu.flows.settlement.models import Closing
from hansatsu.flows.settlement.rules import rules_of
from hansatsu.flows.settlement.so_far import so_far
from hansatsu.flows.settlement.standing import parts_of
from hansatsu.parties import clock
from hansatsu.web.console.frame.access import Clerk, console_url, for_clerks
from hansatsu.web.console.frame.amount_words import yen_words
from hansatsu.web.console.frame.asking import show
from hansatsu.web.console.frame.listing import how_many_shops
from hansatsu.web.console.frame.lists import Link
from hansatsu.web.console.home.settlement_days import days_shown
from hansatsu.web.console.home.settlement_waiting import waiting_for
from hansatsu.web.console.settlement.first_steps import first_steps
from hansatsu.web.console.settlement.heroes import Hero
from hansatsu.web.console.settlement.words import (
    closing_name,
    day_words,
    period_of,
    standing_badge,
)
from hansatsu.web.shared.time_words import moment_words

CLOSINGS = 6
"""The newest, on this page."""


@require_safe
@for_clerks
def home(request: HttpRequest, clerk: Clerk) -> HttpResponse:
    """What a clerk sees first of settling."""
    issuer = clerk.issuer
    rules, now = rules_of(issuer), clock.now()
    found = so_far(issuer)
    is_due = bool(plans.due(issuer, rules, now))
    plan = plans.next_plan(issuer, rules, now)
    counted = {"payments": f"{found.payment_count:,}", "moment": moment_words(found.until)}
    return show(
        request,
        "settlement",
        title=_("精算"),
        steps=first_steps(clerk),
        hero=Hero(
            _("前の締めからの売上(決済 − 返金)"),
            yen_words(found.payments - found.refunds),
            _("速報 · 決済 %(payments)s件 · %(moment)sまで") % counted,
        ),
        is_due=is_due,
        facts=[
            (_("期間"), f"{day_words(plan.period_start)} – {day_words(plan.last_day)}"),
            (_("締め"), _("%(moment)s(自動)") % {"moment": moment_words(plan.cut_at)}),
            (_("ファイルの提出期限"), day_words(plan.hand_in_by)),
            (_("支払日"), day_words(plan.pay_on)),
        ],
        days=days_shown(clerk),
        waiting=waiting_for(clerk),
        closings=[_shown(each, parts) for each, parts in _newest(clerk)],
        links=_links(clerk, is_due=is_due),
    )


def _newest(clerk: Clerk) -> list[tuple[Closing, dict[Any, Any]]]:
    newest = list(Closing.objects.of(clerk.issuer).order_by("-number")[:CLOSINGS])
    parts = parts_of(clerk.issuer, (each.pk for each in newest))
    return [(each, parts.get(each.pk, {})) for each in newest]


def _shown(closing: Closing, parts: dict[Any, Any]) -> dict[str, Any]:
    return {
        "href": console_url("settlement_closing_change", closing.pk),
        "name": closing_name(closing),
        "period": period_of(closing),
        "pay_on": day_words(closing.pay_on),
        "figures": [
            (_("決済"), yen_words(closing.payments)),
            (_("返金"), yen_words(-closing.refunds)),
            (_("次回繰越"), yen_words(closing.carry)),
        ],
        "payout": yen_words(closing.payout),
        "parts": [
            (standing_badge(each), how_many_shops(part.count), yen_words(part.yen))
            for each, part in parts.items()
        ],
    }


def _links(clerk: Clerk, *, is_due: bool) -> list[Link]:
    close = (
        "closing_close",
        Link(_("いま締める"), console_url("closing_close"), "event_available"),
    )
    return clerk.only_open(
        *([close] if is_due else []),
        ("dry_run", Link(_("もし今日締めたら"), console_url("dry_run"), "calculate")),
        (
            "settlement_statement_changelist",
            Link(_("精算書をさがす"), console_url("settlement_statement_changelist"), "search"),
        ),
    )
