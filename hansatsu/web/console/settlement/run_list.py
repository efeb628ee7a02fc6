"""振込: every run, newest first."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hansatsu.flows.settlement.models import PayoutRun, RunState
from hansatsu.flows.settlement.payouts.reading import find_run
from hansatsu.web.console.frame.access import Clerk, clerk_of, console_url
from hansatsu.web.console.frame.amount_words import yen_words
from hansatsu.web.console.frame.cells import badge
from hansatsu.web.console.frame.columns import column
from hansatsu.web.console.frame.filters import choice_filter, known
from hansatsu.web.console.frame.lists import IssuerAdmin, Link
from hansatsu.web.console.settlement import run_page
from hansatsu.web.console.settlement.run_words import run_name, run_state, run_tone, transfers_words
from hansatsu.web.console.settlement.words import day_words


class PayoutRunAdmin(IssuerAdmin):
    """A page of its own shows one."""

    recorded_as = "payout_run"

    list_display = ("number_", "state_", "total_", "count_", "pay_on_", "hand_in_", "people")
    list_filter = (choice_filter("state", gettext_lazy("状態"), known(RunState.values, run_state)),)
    list_select_related = ("prepared_by", "approved_by")
    ordering = ("-number",)

    def list_links(self, clerk: Clerk) -> list[Link]:
        """To prepare the next one."""
        new = Link(_("振込を作成する"), console_url("run_new"), "add")
        return clerk.only_open(("run_new", new))

    def _page(self, request: HttpRequest, object_id: int) -> HttpResponse:
        clerk = clerk_of(request)
        run = find_run(clerk.issuer, object_id)
        if run is None:
            raise Http404("not this issuer's")
        return run_page.page(request, clerk, run)

    @column(gettext_lazy("回"), ordering="number")
    def number_(self, run: PayoutRun) -> str:
        """第3回の振込."""
        return run_name(run)

    @column(gettext_lazy("状態"), ordering="state")
    def state_(self, run: PayoutRun) -> SafeString:
        """As a badge."""
        return badge(run_state(run.state), run_tone(run.state))

    @column(gettext_lazy("振込する合計"), ordering="total")
    def total_(self, run: PayoutRun) -> str:
        """What the bank sends."""
        return yen_words(run.total)

    @column(gettext_lazy("件数"), ordering="count")
    def count_(self, run: PayoutRun) -> str:
        """To how many."""
        return transfers_words(run.count)

    @column(gettext_lazy("支払日"), ordering="pay_on")
    def pay_on_(self, run: PayoutRun) -> str:
        """When it is paid."""
        return day_words(run.pay_on)

    @column(gettext_lazy("提出期限"), ordering="hand_in_by")
    def hand_in_(self, run: PayoutRun) -> str:
        """Until when the bank wants the file."""
        return day_words(run.hand_in_by)

    @column(gettext_lazy("作成 / 承認"))
    def people(self, run: Any) -> str:
        """Who did both."""
        approved = run.approved_by.display_name if run.approved_by else "—"
        return f"{run.prepared_by.display_name} / {approved}"
