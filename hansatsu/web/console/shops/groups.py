"""地区 and 業種: added, and called otherwise."""

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from hansatsu.parties.shops.models import Area, Category
from hansatsu.parties.shops.registering import add_group, change_group
from hansatsu.web.console.frame.access import Clerk, console_url, for_clerks
from hansatsu.web.console.frame.asking import Question, ask, done
from hansatsu.web.console.shops.forms import GroupForm, group_words

KINDS: dict[str, type[Area] | type[Category]] = {"area": Area, "category": Category}


@require_http_methods(["GET", "HEAD", "POST"])
@for_clerks
def new(request: HttpRequest, clerk: Clerk, kind: str) -> HttpResponse:
    """Add one, at the end of the list."""
    model = KINDS[kind]
    last = model.objects.of(clerk.issuer).order_by("-order").first()
    form = GroupForm(request.POST or None, initial={"order": last.order + 1 if last else 1})
    back = console_url(f"shops_{kind}_changelist")
    if form.is_valid():
        try:
            add_group(clerk.actor, model, **form.cleaned_data)
        except ValidationError:
            form.add_error("name", _("同じ名前がすでにあります。"))
        else:
            return done(request, _("追加しました。"), back)
    title = _("%(kind)sを追加") % {"kind": group_words(kind)}
    return ask(request, Question(title, form, _("追加する"), back))


@require_http_methods(["GET", "HEAD", "POST"])
@for_clerks
def edit(request: HttpRequest, clerk: Clerk, kind: str, group_id: int) -> HttpResponse:
    """Another name, or another place in lists."""
    group = KINDS[kind].objects.of(clerk.issuer).filter(pk=group_id).first()
    if group is None:
        raise Http404("not this issuer's")
    now = {"name": group.name, "name_en": group.name_en, "order": group.order}
    form = GroupForm(request.POST or None, initial=now)
    back = console_url(f"shops_{kind}_change", group.pk)
    if form.is_valid():
        try:
            change_group(clerk.actor, group, **form.cleaned_data)
        except ValidationError:
            form.add_error("name", _("同じ名前がすでにあります。"))
        else:
            return done(request, _("変えました。"), back)
    lead = _("利用者の「使えるお店」でも、すぐに変わります。")
    return ask(request, Question(_("名前と並び順を変える"), form, _("変える"), back, lead=lead))
