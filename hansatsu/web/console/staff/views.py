"""What an owner does with the accounts of the console."""

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods
from unfold.widgets import UnfoldAdminRadioSelectWidget, UnfoldAdminTextInputWidget

from hansatsu.parties.identity.models import Role, Staff
from hansatsu.parties.staff import accounts
from hansatsu.web.console.frame.access import Clerk, console_url, for_clerks
from hansatsu.web.console.frame.asking import Question, ReasonForm, ask, done
from hansatsu.web.console.frame.fields import Typed
from hansatsu.web.console.staff import acts
from hansatsu.web.console.staff.acts import Whom
from hansatsu.web.console.staff.role_words import roles_to_choose

LIST = "identity_staff_changelist"


class RoleForm(ReasonForm):
    """A role, and why."""

    role = forms.ChoiceField(
        label=gettext_lazy("役割"), choices=roles_to_choose, widget=UnfoldAdminRadioSelectWidget()
    )
    field_order = ["role", "reason"]


class HireForm(RoleForm):
    """A new account."""

    login_id = Typed(
        label=gettext_lazy("ログインID"), max_length=64, widget=UnfoldAdminTextInputWidget()
    )
    display_name = Typed(
        label=gettext_lazy("お名前"), max_length=60, widget=UnfoldAdminTextInputWidget()
    )
    field_order = ["login_id", "display_name", "role", "reason"]


@require_http_methods(["GET", "HEAD", "POST"])
@for_clerks
def new(request: HttpRequest, clerk: Clerk) -> HttpResponse:
    """Make an account; its initial password is shown once."""
    form = HireForm(request.POST or None, initial={"role": Role.VIEWER})
    if form.is_valid():
        made = accounts.hire_clerk(clerk.actor, **form.cleaned_data)
        if made.staff is not None:
            return acts.handed_over(request, _whom(made.staff), made.password)
        for field, error in made.errors.items():
            form.add_error(field, error)
    question = Question(
        title=_("担当者を追加"),
        lead=_(
            "初期パスワードは次の画面に一度だけ表示されます。ご本人が最初のログインで変更し、認証アプリを登録します。"
        ),
        form=form,
        submit=_("追加する"),
        back=console_url(LIST),
    )
    return ask(request, question)


@require_http_methods(["GET", "HEAD", "POST"])
@for_clerks
def role(request: HttpRequest, clerk: Clerk, staff_id: int) -> HttpResponse:
    """Another role; it counts from the next page that they open."""
    whom = _whom(_found(clerk, staff_id))
    form = RoleForm(request.POST or None, initial={"role": whom.person.role})
    if form.is_valid():
        typed = form.cleaned_data
        wanted, reason = typed["role"], typed["reason"]
        why = accounts.set_role(clerk.actor, whom.person, wanted, reason=reason)
        if why in ("", "unchanged"):
            return done(request, _("役割を変えました。"), whom.back)
        form.add_error(None, acts.refused_words(why))
    return acts.ask_about(request, whom, _("役割を変える"), form, _("変える"))


@require_http_methods(["GET", "HEAD", "POST"])
@for_clerks
def stop(request: HttpRequest, clerk: Clerk, staff_id: int) -> HttpResponse:
    """Let somebody in no more; they are logged out at once."""
    return acts.set_active(request, clerk, _whom(_found(clerk, staff_id)), active=False)


@require_http_methods(["GET", "HEAD", "POST"])
@for_clerks
def start(request: HttpRequest, clerk: Clerk, staff_id: int) -> HttpResponse:
    """Let somebody in again."""
    return acts.set_active(request, clerk, _whom(_found(clerk, staff_id)), active=True)


@require_http_methods(["GET", "HEAD", "POST"])
@for_clerks
def password(request: HttpRequest, clerk: Clerk, staff_id: int) -> HttpResponse:
    """Hand over a new initial password."""
    lead = _("今のパスワードは使えなくなり、この人はすべての画面からログアウトされます。")
    return acts.new_password(request, clerk, _whom(_other(clerk, staff_id)), lead)


@require_http_methods(["GET", "HEAD", "POST"])
@for_clerks
def second_factor(request: HttpRequest, clerk: Clerk, staff_id: int) -> HttpResponse:
    """Have the authenticator set up anew: the phone was lost or changed."""
    return acts.new_second_factor(request, clerk, _whom(_other(clerk, staff_id)))


def _found(clerk: Clerk, staff_id: int) -> Staff:
    person = accounts.find_clerk(clerk.issuer, staff_id)
    if person is None:
        raise Http404("not this issuer's")
    return person


def _other(clerk: Clerk, staff_id: int) -> Staff:
    """Somebody else: one's own password and authenticator are proven with the old ones."""
    person = _found(clerk, staff_id)
    if person.pk == clerk.staff.pk:
        raise Http404("oneself")
    return person


def _whom(person: Staff) -> Whom:
    page = console_url("identity_staff_change", person.pk)
    return Whom(person, page, console_url("login"))
