"""What an owner does with the accounts of the console."""

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods
from unfold.widgets import UnfoldAdminRadioSelectWidget, UnfoldAdminTextInputWidget

from hansatsu.identity import staff_accounts
from hansatsu.identity.models import Role, Staff
from hansatsu.web.console.access import Clerk, console_url, for_clerks
from hansatsu.web.console.admin.base import Link
from hansatsu.web.console.asking import Question, ReasonForm, ask, done, show
from hansatsu.web.console.fields import Typed
from hansatsu.web.console.role_words import role_words, roles_to_choose
from hansatsu.web.staff_issuer import log_in_address

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
        made = staff_accounts.hire_clerk(clerk.actor, **form.cleaned_data)
        if made.staff is not None:
            return _handed_over(request, made.staff, made.password)
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
    person = _found(clerk, staff_id)
    form = RoleForm(request.POST or None, initial={"role": person.role})
    if form.is_valid():
        typed = form.cleaned_data
        why = staff_accounts.set_role(clerk.actor, person, typed["role"], reason=typed["reason"])
        if why in ("", "unchanged"):
            return done(request, _("役割を変えました。"), _page_of(person))
        form.add_error(None, _refused(why))
    return _ask(request, person, _("役割を変える"), form, _("変える"))


@require_http_methods(["GET", "HEAD", "POST"])
@for_clerks
def stop(request: HttpRequest, clerk: Clerk, staff_id: int) -> HttpResponse:
    """Let somebody in no more; they are logged out at once."""
    return _set_active(request, clerk, staff_id, active=False)


@require_http_methods(["GET", "HEAD", "POST"])
@for_clerks
def start(request: HttpRequest, clerk: Clerk, staff_id: int) -> HttpResponse:
    """Let somebody in again."""
    return _set_active(request, clerk, staff_id, active=True)


@require_http_methods(["GET", "HEAD", "POST"])
@for_clerks
def password(request: HttpRequest, clerk: Clerk, staff_id: int) -> HttpResponse:
    """Hand over a new initial password."""
    person, form = _other(clerk, staff_id), ReasonForm(request.POST or None)
    if form.is_valid():
        made = staff_accounts.reset_password(clerk.actor, person, **form.cleaned_data)
        return _handed_over(request, person, made)
    lead = _("今のパスワードは使えなくなり、この人はすべての画面からログアウトされます。")
    return _ask(request, person, _("パスワードを再発行"), form, _("再発行する"), lead, danger=True)


@require_http_methods(["GET", "HEAD", "POST"])
@for_clerks
def second_factor(request: HttpRequest, clerk: Clerk, staff_id: int) -> HttpResponse:
    """Have the authenticator set up anew: the phone was lost or changed."""
    person, form = _other(clerk, staff_id), ReasonForm(request.POST or None)
    if form.is_valid():
        staff_accounts.reset_second_factor(clerk.actor, person, **form.cleaned_data)
        return done(request, _("次のログインで認証アプリを登録し直します。"), _page_of(person))
    lead = _(
        "電話番号などでご本人であることを確かめてから行ってください。パスキーもすべて削除されます。"
    )
    title = _("認証アプリを登録し直す")
    return _ask(request, person, title, form, _("登録し直してもらう"), lead, danger=True)


def _set_active(request: HttpRequest, clerk: Clerk, staff_id: int, *, active: bool) -> HttpResponse:
    person, form = _found(clerk, staff_id), ReasonForm(request.POST or None)
    if form.is_valid():
        why = staff_accounts.set_active(clerk.actor, person, active, **form.cleaned_data)
        if why in ("", "unchanged"):
            said = _("利用を再開しました。") if active else _("利用を停止しました。")
            return done(request, said, _page_of(person))
        form.add_error(None, _refused(why))
    if active:
        return _ask(request, person, _("利用を再開"), form, _("再開する"))
    lead = _(
        "この人はすぐにログアウトされ、再開するまでログインできません。パスキーはすべて削除されます。"
    )
    return _ask(request, person, _("利用を停止"), form, _("停止する"), lead, danger=True)


def _ask(
    request: HttpRequest,
    person: Staff,
    title: str,
    form: forms.Form,
    submit: str,
    lead: str = "",
    *,
    danger: bool = False,
) -> HttpResponse:
    facts = [
        (_("お名前"), person.display_name),
        (_("ログインID"), person.login_id),
        (_("役割"), role_words(person.role)),
    ]
    question = Question(
        title, form, submit, back=_page_of(person), lead=lead, facts=facts, danger=danger
    )
    return ask(request, question)


def _handed_over(request: HttpRequest, person: Staff, made: str) -> HttpResponse:
    page: dict[str, Any] = {
        "person": person,
        "password": made,
        "address": log_in_address(console_url("login"), person.issuer),
        "back": Link(person.display_name, _page_of(person)),
    }
    return show(request, "staff_password", title=_("初期パスワード"), **page)


def _found(clerk: Clerk, staff_id: int) -> Staff:
    person = staff_accounts.find_clerk(clerk.issuer, staff_id)
    if person is None:
        raise Http404("not this issuer's")
    return person


def _other(clerk: Clerk, staff_id: int) -> Staff:
    """Somebody else: one's own password and authenticator are proven with the old ones."""
    person = _found(clerk, staff_id)
    if person.pk == clerk.staff.pk:
        raise Http404("oneself")
    return person


def _page_of(person: Staff) -> str:
    return console_url("identity_staff_change", person.pk)


def _refused(why: str) -> str:
    if why == "last_manager":
        return _("責任者がいなくなるため、できません。先にほかの人を責任者にしてください。")
    return _("ご自分のことは、ここでは変えられません。ほかの責任者にご依頼ください。")
