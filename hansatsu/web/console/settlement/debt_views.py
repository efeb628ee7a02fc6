"""未収: which shops owe, how much and since when, and what is done about it."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from hansatsu.flows.settlement.debts import Debt, debts_of
from hansatsu.web.console.frame.access import Clerk, console_url, for_clerks
from hansatsu.web.console.frame.amount_words import yen_words
from hansatsu.web.console.frame.asking import show
from hansatsu.web.console.frame.cells import badge
from hansatsu.web.console.frame.listing import how_many_shops
from hansatsu.web.console.frame.lists import Link
from hansatsu.web.console.frame.tables import linked, table
from hansatsu.web.console.settlement.heroes import Hero
from hansatsu.web.console.settlement.words import closing_name


@require_safe
@for_clerks
def debts(request: HttpRequest, clerk: Clerk) -> HttpResponse:
    """Every shop that owes, the largest debt first."""
    found = debts_of(clerk.issuer)
    headers = [_("お店"), _("未収"), _("いつから"), _("お店の状態"), _("次にすること")]
    return show(
        request,
        "debts",
        title=_("未収"),
        hero=Hero(
            _("未収の合計"),
            yen_words(sum(each.yen for each in found)),
            how_many_shops(len(found)),
        ),
        table=table(headers, [_row(clerk, each) for each in found]) if found else None,
    )


def _row(clerk: Clerk, debt: Debt) -> list[Any]:
    shop, pk = debt.shop, debt.shop.pk
    statement = console_url("settlement_statement_change", debt.since.pk)
    ways = clerk.only_open(
        ("debt_collect", Link(_("回収した"), console_url("debt_collect", pk))),
        ("debt_write_off", Link(_("償却する"), console_url("debt_write_off", pk))),
    )
    return [
        f"{shop.code} {shop.local_name}",
        yen_words(debt.yen),
        linked(closing_name(debt.since.closing), statement),
        badge(_("利用中"), "success") if shop.open else badge(_("停止中(退店)"), "danger"),
        format_html_join(" · ", "{}", ((linked(way.label, way.href),) for way in ways))
        or SafeString("—"),
    ]
