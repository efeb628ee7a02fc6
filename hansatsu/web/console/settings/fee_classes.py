"""加盟店の手数料: the classes there are, a new one, and which shops are of which from when."""

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from hansatsu.flows.settlement.fee_classes import (
    fee_classes,
    make_fee_class,
    move_shops,
    settled_until,
)
from hansatsu.flows.settlement.models import FeeClass
from hansatsu.formats.japan import in_japan
from hansatsu.parties import clock
from hansatsu.parties.issuers.deeds import Deed
from hansatsu.parties.issuers.models import Issuer
from hansatsu.web.console.frame.access import Clerk, console_url, for_clerks
from hansatsu.web.console.frame.asking import Question, ask, done, show
from hansatsu.web.console.frame.confirming import Confirmation, is_ready, to_confirm
from hansatsu.web.console.settings.settlement_facts import class_words, example_words
from hansatsu.web.console.settings.settlement_forms import FeeClassForm, MoveForm
from hansatsu.web.shared.words import grouped

PAGE = "fee_classes"


@require_safe
@for_clerks
def classes(request: HttpRequest, clerk: Clerk) -> HttpResponse:
    """All of them, what each comes to, and how many shops are of it today."""
    today = in_japan(clock.now()).date()
    holds = Q(shops__from_day__lte=today) & (
        Q(shops__until_day=None) | Q(shops__until_day__gt=today)
    )
    rows = FeeClass.objects.of(clerk.issuer).annotate(now=Count("shops", filter=holds))
    groups = [
        {
            "title": class_words(each),
            "facts": [
                (_("今日の加盟店"), _shops(each.now)),
                (_("たとえば"), example_words(each)),
            ],
        }
        for each in rows.order_by("id")
    ]
    may_change = clerk.may_open("fee_class_new")
    return show(
        request,
        "fee_classes",
        title=_("加盟店の手数料"),
        groups=groups,
        add=console_url("fee_class_new") if may_change else "",
        move=console_url("fee_class_move") if may_change and groups else "",
        way_back=console_url("settlement_rules"),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_clerks
def new(request: HttpRequest, clerk: Clerk) -> HttpResponse:
    """Make a class; it is of no shop yet."""
    form = FeeClassForm(request.POST or None)
    title = _("手数料区分を追加")
    if is_ready(request, form):
        typed = form.cleaned_data
        would_be = FeeClass(
            name=typed["name"], basis_points=form.basis_points, fixed=typed["fixed"]
        )
        asked = Confirmation(
            title=title,
            form=form,
            submit=_("追加する"),
            lead=example_words(would_be),
            facts=[(_("手数料区分"), class_words(would_be))],
        )
        page = to_confirm(request, asked)
        if page is not None:
            return page
        deed = Deed(clerk.actor, typed["reason"])
        if make_fee_class(deed, would_be.name, would_be.basis_points, would_be.fixed):
            said = _("手数料区分を追加しました。加盟店への適用は、このあとで決めます。")
            return done(request, said, console_url(PAGE))
        form.add_error("name", _("同じ名前がすでにあります。"))
    lead = _(
        "作った区分の割合と金額は変えられません。変えるときは新しい区分を作り、加盟店を移します。"
    )
    return ask(request, Question(title, form, _("確認へ"), console_url(PAGE), lead=lead))


@require_http_methods(["GET", "HEAD", "POST"])
@for_clerks
def move(request: HttpRequest, clerk: Clerk) -> HttpResponse:
    """Which shops are of which class from a day on; how many is said before."""
    form = MoveForm(clerk.issuer, request.POST or None)
    title = _("手数料区分を加盟店に適用")
    if is_ready(request, form):
        typed = form.cleaned_data
        chosen, shops = typed["chosen"], typed["shops"]
        asked = Confirmation(
            title=title,
            form=form,
            submit=_("適用する"),
            lead=example_words(chosen),
            facts=[
                (_("手数料区分"), class_words(chosen) if chosen else _("手数料なし")),
                (_("加盟店"), _shops(len(shops))),
                (_("いつの決済から"), f"{typed['from_day']:%Y/%m/%d}"),
            ],
        )
        page = to_confirm(request, asked)
        if page is not None:
            return page
        deed = Deed(clerk.actor, typed["reason"])
        if move_shops(deed, shops, chosen, typed["from_day"]) == "moved":
            return done(request, _("手数料区分を適用しました。"), console_url(PAGE))
        said = _("%(day)sまでは締めが済んでいます。その次の日からにしてください。")
        settled = settled_until(clerk.issuer)
        form.add_error("from_day", said % {"day": f"{settled:%Y/%m/%d}" if settled else ""})
    lead = _("その日の決済から変わります。前の決済と、その返金の手数料は変わりません。")
    return ask(request, Question(title, form, _("確認へ"), console_url(PAGE), lead=lead))


def fee_class_facts(issuer: Issuer) -> list[tuple[str, str]]:
    """For the page of all rules."""
    known = fee_classes(issuer)
    if not known:
        return [(_("手数料区分"), _("なし(手数料を取りません)"))]
    return [(_("手数料区分"), class_words(each)) for each in known]


def _shops(count: int) -> str:
    return ngettext("%(count)s店", "%(count)s店", count) % {"count": grouped(count)}
