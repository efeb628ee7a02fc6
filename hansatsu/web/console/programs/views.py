"""電子マネー and 販売: made and changed."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from hansatsu.formats.japan import in_japan
from hansatsu.parties import clock
from hansatsu.parties.programs.models import Emoney, Sale
from hansatsu.parties.programs.registering import add_emoney, add_sale, change_sale, rename_emoney
from hansatsu.parties.shops.batch_periods import plan
from hansatsu.parties.shops.batches import draft
from hansatsu.parties.shops.models import Batch, BatchKind
from hansatsu.web.console.frame.access import Clerk, console_url, for_clerks
from hansatsu.web.console.frame.asking import Question, ask, done
from hansatsu.web.console.frame.lists import found
from hansatsu.web.console.frame.needing import needed
from hansatsu.web.console.programs.forms import AcceptForm, EmoneyForm, SaleForm
from hansatsu.web.console.programs.words import has_opened
from hansatsu.web.shared.redirects import SeeOther

EMONEYS = "programs_emoney_changelist"
EMONEY = "programs_emoney_change"
SALES = "programs_sale_changelist"
SALE = "programs_sale_change"


@require_http_methods(["GET", "HEAD", "POST"])
@for_clerks
def emoney_new(request: HttpRequest, clerk: Clerk) -> HttpResponse:
    """Make a kind of value."""
    form = EmoneyForm(request.POST or None)
    if form.is_valid():
        try:
            emoney = add_emoney(clerk.actor, **form.cleaned_data)
        except ValidationError:
            form.add_error("name", _("同じ名前がすでにあります。"))
        else:
            said = _("電子マネーを追加しました。使える加盟店を決めてください。")
            return done(request, said, console_url(EMONEY, emoney.pk))
    lead = _("どの加盟店でもまだ使えません。使える加盟店は、このあとで決めます。")
    title = _("電子マネーを追加")
    return ask(request, Question(title, form, _("追加する"), console_url(EMONEYS), lead=lead))


@require_http_methods(["GET", "HEAD", "POST"])
@for_clerks
def emoney_edit(request: HttpRequest, clerk: Clerk, emoney_id: int) -> HttpResponse:
    """Call it otherwise."""
    emoney = found(clerk, Emoney, emoney_id)
    now = {"name": emoney.name, "name_en": emoney.name_en}
    form, back = EmoneyForm(request.POST or None, initial=now), console_url(EMONEY, emoney.pk)
    if form.is_valid():
        try:
            rename_emoney(clerk.actor, emoney, **form.cleaned_data)
        except ValidationError:
            form.add_error("name", _("同じ名前がすでにあります。"))
        else:
            return done(request, _("変えました。"), back)
    lead = _("利用者の残高やご利用履歴でも、すぐに変わります。")
    return ask(request, Question(_("名前を変える"), form, _("変える"), back, lead=lead))


@require_http_methods(["GET", "HEAD", "POST"])
@for_clerks
def emoney_accept(request: HttpRequest, clerk: Clerk, emoney_id: int) -> HttpResponse:
    """Which shops take it, from when until when."""
    emoney, back = found(clerk, Emoney, emoney_id), console_url(EMONEY, emoney_id)
    missing = needed(request, clerk, "emoney_accept", _("使える加盟店を変える"), back)
    if missing is not None:
        return missing
    form = AcceptForm(clerk.issuer, request.POST or None)
    if form.is_valid():
        try:
            batch = _draft(clerk, emoney, form.cleaned_data)
        except ValueError:
            form.add_error("end", _("今より後の日時にしてください。"))
        else:
            if batch is not None:
                return SeeOther(console_url("shops_batch_change", batch.pk))
            form.add_error("whose", _("取り扱いが変わる加盟店がありません。"))
    question = Question(
        title=_("使える加盟店を変える"),
        lead=_("利用中の加盟店が対象です。次の画面で、変わる加盟店を確かめてから変えます。"),
        facts=[(_("電子マネー"), emoney.local_name)],
        form=form,
        submit=_("変わる加盟店を確かめる"),
        back=back,
    )
    return ask(request, question)


@require_http_methods(["GET", "HEAD", "POST"])
@for_clerks
def sale_new(request: HttpRequest, clerk: Clerk) -> HttpResponse:
    """Make a sale."""
    form = SaleForm(request.POST or None)
    if form.is_valid():
        sale = add_sale(clerk.actor, **form.cleaned_data)
        said = _("販売を追加しました。商品を追加してください。")
        return done(request, said, console_url(SALE, sale.pk))
    lead = _("同じ期間に売る商品のまとまりです。購入コードは販売ごとに作ります。")
    return ask(
        request, Question(_("販売を追加"), form, _("追加する"), console_url(SALES), lead=lead)
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_clerks
def sale_edit(request: HttpRequest, clerk: Clerk, sale_id: int) -> HttpResponse:
    """Another window, another name."""
    sale = found(clerk, Sale, sale_id)
    now = {
        "name": sale.name,
        "name_en": sale.name_en,
        "opens_at": in_japan(sale.opens_at),
        "closes_at": in_japan(sale.closes_at) if sale.closes_at else None,
        "units_per_person": sale.units_per_person,
    }
    form = SaleForm(request.POST or None, initial=now, has_opened=has_opened(sale, clock.now()))
    back = console_url(SALE, sale.pk)
    if form.is_valid():
        change_sale(clerk.actor, sale, **form.cleaned_data)
        return done(request, _("変えました。"), back)
    lead = _("商品、購入コード、これまでのご購入は変わりません。")
    return ask(request, Question(_("販売を変える"), form, _("変える"), back, lead=lead))


def _draft(clerk: Clerk, emoney: Emoney, typed: dict[str, Any]) -> Batch | None:
    """What would change, to be looked at; None when nothing would."""
    kind = BatchKind(typed["what"])
    start, end = (typed["start"], typed["end"]) if kind == BatchKind.START else (None, None)
    changes = plan(clerk.issuer, emoney, typed["shops"], kind, start=start, end=end)
    if not changes:
        return None
    settings = {
        "emoney": emoney.pk,
        "start": start.isoformat() if start else None,
        "end": end.isoformat() if end else None,
    }
    return draft(clerk.actor, kind, changes, reason=typed["reason"], settings=settings)
