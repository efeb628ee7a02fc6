"""What is done with somebody's account, of the issuer's own staff and of a shop's alike. Whose it
may be is for the views to find."""

from collections.abc import Sequence
from dataclasses import dataclass

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from hansatsu.parties.identity.models import Staff
from hansatsu.parties.issuers.log_in import log_in_address
from hansatsu.parties.staff import accounts
from hansatsu.web.console.frame.access import Clerk
from hansatsu.web.console.frame.asking import Question, ReasonForm, ask, done, show
from hansatsu.web.console.frame.lists import Link
from hansatsu.web.console.staff.role_words import role_words


@dataclass(frozen=True, slots=True)
class Whom:
    """Somebody whose account is seen to.

    Attributes:
        person: who.
        back: the address of the page that leads here, and that says what was done.
        log_in: the path of the page where they log in.
        place: facts of where they work, when that is no matter of course.
    """

    person: Staff
    back: str
    log_in: str
    place: Sequence[tuple[str, str]] = ()


def who_facts(person: Staff) -> list[tuple[str, str]]:
    """Who somebody is."""
    return [
        (_("お名前"), person.display_name),
        (_("ログインID"), person.login_id),
        (_("役割"), role_words(person.role)),
    ]


def ask_about(
    request: HttpRequest,
    whom: Whom,
    title: str,
    form: forms.Form,
    submit: str,
    lead: str = "",
    *,
    danger: bool = False,
) -> HttpResponse:
    """Ask, with who it is above."""
    facts = [*whom.place, *who_facts(whom.person)]
    question = Question(title, form, submit, whom.back, lead=lead, facts=facts, danger=danger)
    return ask(request, question)


def handed_over(request: HttpRequest, whom: Whom, made: str) -> HttpResponse:
    """Show the initial password ``made``, this once."""
    return show(
        request,
        "staff_password",
        title=_("初期パスワード"),
        person=whom.person,
        password=made,
        address=log_in_address(whom.log_in, whom.person.issuer),
        back=Link(whom.person.display_name, whom.back),
    )


def new_password(request: HttpRequest, clerk: Clerk, whom: Whom, lead: str) -> HttpResponse:
    """Hand over a new initial password."""
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        made = accounts.reset_password(clerk.actor, whom.person, **form.cleaned_data)
        return handed_over(request, whom, made)
    title = _("パスワードを再発行")
    return ask_about(request, whom, title, form, _("再発行する"), lead, danger=True)


def new_second_factor(request: HttpRequest, clerk: Clerk, whom: Whom) -> HttpResponse:
    """Have the authenticator set up anew: the phone was lost or changed."""
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        accounts.reset_second_factor(clerk.actor, whom.person, **form.cleaned_data)
        return done(request, _("次のログインで認証アプリを登録し直します。"), whom.back)
    lead = _(
        "電話番号などでご本人であることを確かめてから行ってください。パスキーもすべて削除されます。"
    )
    title = _("認証アプリを登録し直す")
    return ask_about(request, whom, title, form, _("登録し直してもらう"), lead, danger=True)


def set_active(request: HttpRequest, clerk: Clerk, whom: Whom, *, active: bool) -> HttpResponse:
    """Let somebody in again; or no more, and they are logged out at once."""
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        why = accounts.set_active(clerk.actor, whom.person, active, **form.cleaned_data)
        if why in ("", "unchanged"):
            said = _("利用を再開しました。") if active else _("利用を停止しました。")
            return done(request, said, whom.back)
        form.add_error(None, refused_words(why))
    if active:
        return ask_about(request, whom, _("利用を再開"), form, _("再開する"))
    lead = _(
        "この人はすぐにログアウトされ、再開するまでログインできません。パスキーはすべて削除されます。"
    )
    return ask_about(request, whom, _("利用を停止"), form, _("停止する"), lead, danger=True)


def refused_words(why: str) -> str:
    """Why it is not done, to clerks about clerks: of a shop's staff the issuer may stop anybody."""
    if why == "last_manager":
        return _("責任者がいなくなるため、できません。先にほかの人を責任者にしてください。")
    return _("ご自分のことは、ここでは変えられません。ほかの責任者にご依頼ください。")
