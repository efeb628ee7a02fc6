"""What a purchase code must fit: a product of its units, and the window of its sale."""

from datetime import date, datetime

from django.utils.translation import gettext as _

from hansatsu.formats.japan import in_japan, last_day
from hansatsu.parties.programs.models import Sale
from hansatsu.parties.programs.selectors import offered

UNITS, FIRST_DAY, LAST_DAY = "units", "first_day", "last_day"


def code_faults(
    sale: Sale, units: int | None, first: date | None, last: date | None, now: datetime
) -> dict[str, str]:
    """Why nobody could buy with such a code, by the name of what is wrong; none when all is well.

    Args:
        sale: what it is a right to.
        units: how many units (口); what is None was wrong already and is not looked at.
        first: the first day in Japan on which it may be used.
        last: the last one.
        now: the ledger's time.
    """
    found = {UNITS: _units_fault(sale, units), FIRST_DAY: "", LAST_DAY: ""}
    if sale.closes_at is not None and sale.closes_at <= now:
        found[LAST_DAY] = _("この販売は終わっています。")
    elif first and last and last < first:
        found[LAST_DAY] = _("最初の日より後の日付にしてください。")
    elif last and last < in_japan(now).date():
        found[LAST_DAY] = _("もう過ぎた日付です。今日か、後の日付にしてください。")
    else:
        found[FIRST_DAY] = _before_sale(sale, first)
        found[LAST_DAY] = _after_sale(sale, last)
    return {name: said for name, said in found.items() if said}


def _units_fault(sale: Sale, units: int | None) -> str:
    if units is None:
        return ""
    known = list(offered(sale).values_list("units", flat=True))
    if units not in known:
        return _("%(units)d口の商品がありません。この販売の商品は %(known)s口です。") % {
            "units": units,
            "known": "・".join(map(str, known)) or "0",
        }
    most = sale.units_per_person
    if most is not None and units > most:
        return _("この販売で1人が買えるのは%(most)d口までです。") % {"most": most}
    return ""


def _before_sale(sale: Sale, first: date | None) -> str:
    opens = in_japan(sale.opens_at).date()
    if first is None or first >= opens:
        return ""
    return _("販売開始の日(%(day)s)より前です。") % {"day": f"{opens:%Y/%m/%d}"}


def _after_sale(sale: Sale, last: date | None) -> str:
    ends = last_day(sale.closes_at)
    if last is None or ends is None or last <= ends:
        return ""
    return _("販売の最後の日(%(day)s)より後です。") % {"day": f"{ends:%Y/%m/%d}"}
