"""パスキー: one's own, another way to show the second factor."""

from functools import partial, wraps
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminTextInputWidget

from hansatsu.parties.identity.models import Passkey
from hansatsu.web.console.frame.access import Clerk, console_url, for_clerks
from hansatsu.web.console.frame.asking import Question, ask, show
from hansatsu.web.console.frame.fields import Typed
from hansatsu.web.console.frame.lists import Link
from hansatsu.web.shared.passkey_pages import PageView, PasskeyPages, View
from hansatsu.web.shared.staff_passkeys import own_pages
from hansatsu.web.shared.words import japan_time


class CodeForm(forms.Form):
    """A code of the authenticator; what is wrong with it the pages say themselves."""

    code = forms.CharField(
        label=gettext_lazy("確認コード"),
        required=False,
        widget=UnfoldAdminTextInputWidget(
            attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}
        ),
        help_text=gettext_lazy("認証アプリに出ている6桁の数字を入力してください。"),
    )


class NameForm(forms.Form):
    """By which name a passkey is known."""

    name = Typed(
        label=gettext_lazy("名前"),
        required=False,
        widget=UnfoldAdminTextInputWidget(),
        help_text=gettext_lazy("どの端末のものかわかる名前を付けられます。"),
    )


def of_clerks(view: PageView) -> View:
    """A page of the clerk's own passkeys."""

    @for_clerks
    @wraps(view)
    def page(request: HttpRequest, clerk: Clerk, **names: Any) -> HttpResponse:
        return view(request, _pages(request, clerk), **names)

    return page


def _pages(request: HttpRequest, clerk: Clerk) -> PasskeyPages:
    return own_pages(clerk.staff, clerk.actor, console_url, partial(_show, request))


def _show(request: HttpRequest, page: str, *, status: int = 200, **on_page: Any) -> HttpResponse:
    if page == "passkeys":
        return _list(request, **on_page)
    if page == "passkey":
        return ask(request, _name(request, **on_page))
    if page == "passkey_remove":
        return ask(request, _removal(**on_page))
    if "options" in on_page or "has_failed" in on_page:
        return _making(request, status, **on_page)
    return ask(request, _proof(request, **on_page))


def _list(
    request: HttpRequest, *, passkeys: list[tuple[Passkey, str]], **on_page: Any
) -> HttpResponse:
    cards = [
        {
            "name": each.name,
            "facts": [
                (_("追加した日時"), japan_time(each.created_at)),
                (
                    _("最後に使った日時"),
                    japan_time(each.used_at) if each.used_at else _("まだ使っていません"),
                ),
            ],
            "links": [
                Link(_("名前を変える"), href),
                Link(_("削除する"), console_url("passkey_remove", each.pk)),
            ],
        }
        for each, href in passkeys
    ]
    return show(request, "passkeys", title=_("パスキー"), cards=cards, **on_page)


def _proof(request: HttpRequest, *, back: str, error: str = "", **_addresses: str) -> Question:
    form = CodeForm(request.POST or None)
    _mark(form, "code", error)
    return Question(
        title=_("パスキーの追加"),
        lead=_("ご本人の確認のあと、この端末の指紋、顔、または暗証番号でパスキーを作ります。"),
        form=form,
        submit=_("次へ"),
        back=back,
    )


def _making(request: HttpRequest, status: int, *, back: str, **on_page: str) -> HttpResponse:
    to_list = Link(_("パスキー"), back)
    title = _("パスキーの追加")
    return show(request, "passkey_add", status=status, title=title, back=to_list, **on_page)


def _name(
    request: HttpRequest, *, passkey: Passkey, back: str, error: str = "", **_more: str
) -> Question:
    form = NameForm(request.POST or None, initial={"name": passkey.name})
    _mark(form, "name", error)
    return Question(title=_("パスキーの名前"), form=form, submit=_("変更する"), back=back)


def _removal(*, passkey: Passkey, back: str) -> Question:
    return Question(
        title=_("パスキーの削除"),
        lead=_("「%(name)s」を削除します。このパスキーではログインできなくなります。")
        % {"name": passkey.name},
        form=forms.Form(),
        submit=_("削除する"),
        back=back,
        danger=True,
    )


def _mark(form: forms.Form, field: str, error: str) -> None:
    if error and form.is_valid():
        form.add_error(field, error)
