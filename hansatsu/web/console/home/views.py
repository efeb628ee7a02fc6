"""ホーム: what wants attention, and how much value is out."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from hansatsu.web.console.frame.access import Clerk, for_clerks
from hansatsu.web.console.frame.asking import show
from hansatsu.web.console.home.alarm_words import newest_alarms
from hansatsu.web.console.home.dashboard import charts, concerns
from hansatsu.web.console.home.settlement_days import days_shown

ALARMS = 20


@require_safe
@for_clerks
def home(request: HttpRequest, clerk: Clerk) -> HttpResponse:
    """What to see to, the newest alarms of the issuer, and its charts."""
    return show(
        request,
        "home",
        title="",
        alarms=newest_alarms(clerk, ALARMS),
        concerns=concerns(clerk),
        days=days_shown(clerk),
        charts=charts(clerk.issuer),
    )
