"""もし今日締めたら: what each shop would be paid, and what is in the way."""

from datetime import date
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from hansatsu.flows.settlement.dry_run import Line, Obstacle, dry_run
from hansatsu.flows.settlement.dry_run_sheet import dry_run_sheet
from hansatsu.flows.settlement.standing import Standing
from hansatsu.formats.japan import in_japan
from hansatsu.formats.sheets.writing import XLSX
from hansatsu.parties import clock
from hansatsu.web.console.frame import fields
from hansatsu.web.console.frame.access import Clerk, console_url, for_clerks
from hansatsu.web.console.frame.amount_words import yen_words
from hansatsu.web.console.frame.asking import show
from hansatsu.web.console.frame.cells import badge
from hansatsu.web.console.frame.files import download
from hansatsu.web.console.frame.listing import how_many_shops
from hansatsu.web.console.frame.tables import linked, table
from hansatsu.web.console.settlement import sums
from hansatsu.web.console.settlement.heroes import Hero
from hansatsu.web.console.settlement.words import SIGNS, Tone, day_words
from hansatsu.web.shared.time_words import moment_words

SHOWN = 200
"""Shops on the page, those with something in the way first; the file has all."""
SIGN = {
    Obstacle.NEGATIVE: SIGNS[Standing.CARRIED],
    Obstacle.HELD: SIGNS[Standing.HELD],
    Obstacle.NO_ACCOUNT: SIGNS[Standing.NO_ACCOUNT],
    Obstacle.NAME: "✕",
}
TONES: dict[Obstacle, Tone] = {
    Obstacle.NEGATIVE: "warning",
    Obstacle.HELD: "warning",
    Obstacle.NO_ACCOUNT: "danger",
    Obstacle.NAME: "danger",
}


class DayForm(forms.Form):
    """The last day that would be closed."""

    day = fields.day(gettext_lazy("どの日まで締めるか"))

    def clean_day(self) -> date:
        """Today, or a day before it."""
        day: date = self.cleaned_data["day"]
        if day > in_japan(clock.now()).date():
            raise forms.ValidationError(_("今日までの日を選んでください。"))
        return day


@require_safe
@for_clerks
def page(request: HttpRequest, clerk: Clerk) -> HttpResponse:
    """``?day=`` is the last day; today without it."""
    day, form = _asked(request)
    run = dry_run(clerk.issuer, day)
    lines = sorted(run.lines, key=lambda line: (line.obstacle is None, line.draft.shop.code))
    is_final = _("この日までの数字は確定しています。")
    is_early = _("速報です。%(moment)sまでの数字で、これからも変わります。")
    query = urlencode({"day": day.isoformat()})
    return show(
        request,
        "dry_run",
        status=422 if form.errors else 200,
        title=_("もし今日締めたら"),
        form=form,
        run=run,
        certainty=is_final if run.is_final else is_early % {"moment": moment_words(run.until)},
        hero=Hero(
            _("%(day)sまでを締めたときの支払") % {"day": day_words(day)},
            yen_words(run.payout),
            how_many_shops(sum(line.draft.payout > 0 for line in run.lines)),
        ),
        sum=sums.shown(run),
        obstacles=[
            (
                obstacle_badge(each),
                how_many_shops(run.count_of(each)),
                yen_words(run.yen_of(each)),
            )
            for each in Obstacle
            if run.count_of(each)
        ],
        table=_table(clerk, lines[:SHOWN]) if lines else None,
        more=len(lines) - SHOWN if len(lines) > SHOWN else 0,
        sheet=f"{console_url('dry_run_sheet')}?{query}",
    )


@require_safe
@for_clerks
def sheet(request: HttpRequest, clerk: Clerk) -> HttpResponse:
    """The same of all shops, as a table."""
    day, _form = _asked(request)
    run = dry_run(clerk.issuer, day)
    name = f"{clerk.issuer.code}-dry-run-{day:%Y%m%d}.xlsx"
    return download(dry_run_sheet(run, _obstacle_of), XLSX, name)


def obstacle_words(obstacle: Obstacle) -> str:
    """Why a shop would not be paid."""
    return {
        Obstacle.NEGATIVE: _("マイナス(繰越)"),
        Obstacle.HELD: _("支払保留"),
        Obstacle.NO_ACCOUNT: _("口座なし"),
        Obstacle.NAME: _("名義が入らない"),
    }[obstacle]


def obstacle_badge(obstacle: Obstacle) -> SafeString:
    """The same with its sign, on its colour."""
    return badge(f"{SIGN[obstacle]} {obstacle_words(obstacle)}", TONES[obstacle])


def _obstacle_of(line: Line) -> str:
    return obstacle_words(line.obstacle) if line.obstacle else ""


def _asked(request: HttpRequest) -> tuple[date, DayForm]:
    """The day that is asked for; today for none, and for one that cannot be."""
    today = in_japan(clock.now()).date()
    asked = request.GET.get("day", "") or today.isoformat()
    form = DayForm({"day": asked})
    return (form.cleaned_data["day"] if form.is_valid() else today), form


def _table(clerk: Clerk, lines: list[Line]) -> dict[str, Any]:
    headers = [_("お店"), _("支払"), _("次回繰越"), _("決済"), _("返金"), _("調整")]
    headers += [_("手数料・消費税"), _("支払えないわけ"), _("振込先の口座")]
    return table(headers, [_row(clerk, line) for line in lines])


def _row(clerk: Clerk, line: Line) -> list[Any]:
    draft = line.draft
    label = f"{draft.shop.code} {draft.shop.local_name}"
    page = console_url("shops_shop_change", draft.shop.pk)
    return [
        linked(label, page) if clerk.may_open("shops_shop_change") else label,
        yen_words(draft.payout),
        yen_words(draft.carry),
        yen_words(draft.payments),
        yen_words(-draft.refunds),
        yen_words(draft.adjustments),
        yen_words(-draft.fee - draft.tax),
        obstacle_badge(line.obstacle) if line.obstacle else "—",
        line.unfit or line.account or "—",
    ]
