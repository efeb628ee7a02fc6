"""What is shown before codes and cards are made: how many times what each holds comes to how
much."""

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from hansatsu.flows.printouts.models import FileForm
from hansatsu.parties.issuers.models import Issuer
from hansatsu.parties.programs.models import Emoney, Sale
from hansatsu.web.console.codes.forms import CardsForm, CodesForm, GiftsForm, MakingForm
from hansatsu.web.console.frame.amount_words import value_words
from hansatsu.web.console.frame.confirming import Confirmation
from hansatsu.web.console.frame.figures import Figure
from hansatsu.web.console.frame.printing_words import on_every_paper, unprintable
from hansatsu.web.console.programs.words import expiry_words, sale_window_words
from hansatsu.web.shared.words import grouped

DAY = "%Y/%m/%d"


def codes_shown(sale: Sale, form: CodesForm) -> Confirmation:
    """Of purchase codes: rights to units, which their holders pay for."""
    typed = form.cleaned_data
    window = f"{typed['first_day']:{DAY}} 〜 {typed['last_day']:{DAY}}"
    return _shown(
        sale.issuer,
        form,
        _("購入コードを作る"),
        [
            (_("販売"), f"{sale.local_name} ({sale_window_words(sale)})"),
            (_("購入できる期間"), window),
        ],
        units_figures(typed["units"], typed["count"]),
        [sale.name],
    )


def gifts_shown(issuer: Issuer, form: GiftsForm) -> Confirmation:
    """Of gift codes."""
    typed = form.cleaned_data
    until = typed["takeable_until"]
    return _shown(
        issuer,
        form,
        _("ギフトコードを作る"),
        [
            (_("名前"), typed["name"]),
            (_("有効期限"), expiry_words(typed["expiry"])),
            (_("受け取れる最後の日"), f"{until:{DAY}}" if until else _("なし")),
        ],
        totals_figures(form.parts(), typed["count"]),
        [emoney.name for emoney in form.parts()],
    )


def cards_shown(issuer: Issuer, form: CardsForm) -> Confirmation:
    """Of cards, empty ones too."""
    typed = form.cleaned_data
    last = typed["expires_on"]
    held = totals_figures(form.parts(), typed["count"]) if form.parts() else []
    facts = [
        (_("名前"), typed["name"]),
        (_("使える最後の日"), f"{last:{DAY}}" if last else _("なし")),
    ]
    if not held:
        facts.append((_("中身"), _("空のカード(0円)")))
    names = [emoney.name for emoney in form.parts()]
    return _shown(issuer, form, _("カードを作る"), facts, held, names)


def units_figures(units: int, count: int) -> list[Figure]:
    """Units times count is all of them."""
    lines = [(_("1枚で買える口数"), _units(units)), (_("枚数"), _pieces(count))]
    return [Figure("", lines, _("合計"), _units(units * count), is_all=True)]


def totals_figures(parts: Mapping[Emoney, int], count: int) -> list[Figure]:
    """What one holds, times count, is the sum: one an emoney, and one for all."""
    found = [_total(emoney.local_name, amount, count) for emoney, amount in parts.items()]
    if len(found) > 1:
        found.append(_total("", sum(parts.values()), count, is_all=True))
    return found


def _total(name: str, amount: int, count: int, *, is_all: bool = False) -> Figure:
    lines = [(_("1枚"), value_words(amount)), (_("枚数"), _pieces(count))]
    return Figure(name, lines, _("合計"), value_words(amount * count), is_all=is_all)


def _shown(
    issuer: Issuer,
    form: MakingForm,
    title: str,
    facts: Sequence[tuple[str, str]],
    held: Sequence[Figure],
    names: Sequence[str],
) -> Confirmation:
    """``names`` stand on the papers beside what stands on all of them."""
    typed = form.cleaned_data
    printed = [*on_every_paper(issuer), *names] if FileForm.PDF in typed["forms"] else []
    files = "・".join(FileForm(each).label for each in typed["forms"])
    return Confirmation(
        title=title,
        form=form,
        submit=_("この内容で作る"),
        lead=_("作ったあとで、内容を変えることはできません。"),
        facts=[
            *facts,
            (_("枚数"), _pieces(typed["count"])),
            (_("ファイル"), files),
            (_("理由"), typed["reason"]),
        ],
        figures=held,
        cautions=unprintable(printed),
    )


def _pieces(count: int) -> str:
    return _("%(n)s枚") % {"n": grouped(count)}


def _units(units: int) -> str:
    return _("%(units)s口") % {"units": grouped(units)}
