"""随時払い: a manager asks to be paid before the next closing day, or takes that back."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from hansatsu.flows.settlement import on_demand
from hansatsu.flows.settlement.rules import rules_of
from hansatsu.parties.issuers.deeds import Deed
from hansatsu.web.shared.addresses import shop_url
from hansatsu.web.shared.redirects import SeeOther
from hansatsu.web.shop.access import Desk, for_staff
from hansatsu.web.shop.show import show
from hansatsu.web.shop.statement_words import draft_rows


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff
def early_payout(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Say what would be paid, and ask for it."""
    if request.method == "POST":
        outcome = on_demand.ask(Deed(desk.actor, ""), desk.staff, desk.shop)
        if outcome in ("asked", "already"):
            return SeeOther(shop_url("statements"))
        return _page(request, desk, _refusal(outcome), status=422)
    return _page(request, desk)


@require_POST
@for_staff
def early_payout_withdraw(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Take the request back that waits for an answer; one that was answered stays."""
    waiting = on_demand.open_request(desk.shop)
    if waiting is not None and request.POST.get("request") == str(waiting.pk):
        on_demand.withdraw(Deed(desk.actor, ""), desk.staff, waiting)
    return SeeOther(shop_url("statements"))


def _page(request: HttpRequest, desk: Desk, why: str = "", *, status: int = 200) -> HttpResponse:
    rules = rules_of(desk.issuer)
    draft = on_demand.expected(desk.shop)
    return show(
        request,
        desk,
        "early_payout",
        status=status,
        why=why,
        rules=rules,
        draft=draft,
        draft_rows=draft_rows(draft) if draft else (),
        is_enough=draft is not None and draft.payout >= rules.on_demand_minimum,
        asked=on_demand.open_request(desk.shop),
    )


def _refusal(outcome: str) -> str:
    if outcome == "not_allowed":
        return _("いまは随時払いを受け付けていません。お支払日にお振り込みします。")
    return _("お支払額が最低額に届いていません。")
