"""パスワードの変更: one's own."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods
from unfold.widgets import UnfoldAdminPasswordWidget

from hansatsu.parties.identity.known_browsers import remember
from hansatsu.parties.staff.accounts import choose_password
from hansatsu.parties.staff.checking import check_own_password
from hansatsu.parties.staff.console_sessions import stay_logged_in
from hansatsu.web.console.frame.access import Clerk, console_url, for_clerks
from hansatsu.web.console.frame.asking import Question, ask, done
from hansatsu.web.shared.staff_words import why_not_own


def _secret(label: Any, autocomplete: str) -> forms.CharField:
    widget = UnfoldAdminPasswordWidget(attrs={"autocomplete": autocomplete})
    return forms.CharField(label=label, strip=False, max_length=200, widget=widget)


class PasswordForm(forms.Form):
    """The old one, and the new one twice."""

    current = _secret(gettext_lazy("今のパスワード"), "current-password")
    password = _secret(gettext_lazy("新しいパスワード"), "new-password")
    again = _secret(gettext_lazy("新しいパスワード(再入力)"), "new-password")


@sensitive_post_parameters("current", "password", "again")
@require_http_methods(["GET", "HEAD", "POST"])
@for_clerks
def password(request: HttpRequest, clerk: Clerk) -> HttpResponse:
    """Set a new password; every other session of this person ends."""
    form = PasswordForm(request.POST or None)
    if form.is_valid():
        field, error = _change(clerk, form.cleaned_data)
        if not error:
            stay_logged_in(request, clerk.staff)
            response = done(request, _("パスワードを変更しました。"), console_url("index"))
            remember(request, response, staff=clerk.staff)
            return response
        form.add_error(field, error)
    question = Question(
        title=_("パスワードの変更"),
        lead=_("ほかのブラウザーでログインしている画面は、すべてログアウトされます。"),
        form=form,
        submit=_("変更する"),
        back=console_url("index"),
    )
    return ask(request, question)


def _change(clerk: Clerk, typed: dict[str, str]) -> tuple[str, str]:
    why = why_not_own(check_own_password(clerk.staff, typed["current"], clerk.address))
    if why:
        return "current", why
    error = choose_password(clerk.actor, clerk.staff, typed["password"], typed["again"])
    return "password", error
