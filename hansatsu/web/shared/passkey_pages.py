"""One's own passkeys: the list, adding one, its name, removing it.

Residents, shops' managers and the issuer's staff have the same pages; each site says in a
``PasskeyPages`` what is its own, and wraps the views by who may see them (``paths``).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Concatenate

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hansatsu.parties.identity.browser_words import browser_words
from hansatsu.parties.identity.models import Passkey
from hansatsu.parties.identity.passkey_registration import (
    LONGEST_NAME,
    MOST,
    registration_options,
    rename_passkey,
)
from hansatsu.parties.identity.passkeys import (
    Owner,
    adding,
    new_challenge,
    owned_by,
    passkeys_of,
    take_challenge,
)
from hansatsu.web.shared.redirects import SeeOther

DONE = ("added", "renamed", "removed")


@dataclass(frozen=True, slots=True)
class PasskeyPages:
    """Whose passkeys they are, and what the site has of its own.

    Args:
        owner: whose.
        prove: whether a form proves that it is the owner: what is wrong, empty when it does.
        add: keeps what a browser made: its answer, the challenge, a name.
        remove: forgets one.
        url: the address of one of these pages, by name and the passkey's id.
        show: one of these pages (``passkeys``, ``passkey_add``, ``passkey``, ``passkey_remove``),
            with its status and what is on it.
    """

    owner: Owner
    prove: Callable[[HttpRequest], str]
    add: Callable[[str, bytes, str], Passkey | None]
    remove: Callable[[Passkey], None]
    url: Callable[..., str]
    show: Callable[..., HttpResponse]

    def find(self, number: int) -> Passkey:
        """The owner's passkey with this id.

        Raises:
            Http404: it does not exist, or is somebody else's.
        """
        own = Passkey.objects.of(self.owner.issuer).filter(**owned_by(self.owner))
        passkey = own.filter(pk=number).first()
        if passkey is None:
            raise Http404("not a passkey of this person")
        return passkey

    def to_list(self, done: str) -> HttpResponse:
        """On to the list, where it is said what was done."""
        return SeeOther(f"{self.url('passkeys')}?done={done}")


PageView = Callable[Concatenate[HttpRequest, PasskeyPages, ...], HttpResponse]
View = Callable[..., HttpResponse]


def paths(prefix: str, on_site: Callable[[PageView], View]) -> list[URLPattern]:
    """The addresses below ``prefix``, each view made one of a site by ``on_site``."""
    return [
        path(prefix, on_site(every), name="passkeys"),
        path(f"{prefix}add/", on_site(add), name="passkey_add"),
        path(f"{prefix}add/finish/", on_site(finish), name="passkey_finish"),
        path(f"{prefix}<int:passkey>/", on_site(one), name="passkey"),
        path(f"{prefix}<int:passkey>/remove/", on_site(remove), name="passkey_remove"),
    ]


@require_safe
def every(request: HttpRequest, pages: PasskeyPages) -> HttpResponse:
    """The passkeys that there are."""
    passkeys = passkeys_of(pages.owner)
    done = request.GET.get("done", "")
    return pages.show(
        "passkeys",
        passkeys=[(each, pages.url("passkey", each.pk)) for each in passkeys],
        may_add=len(passkeys) < MOST,
        most=MOST,
        add=pages.url("passkey_add"),
        done=done if done in DONE else "",
    )


@sensitive_post_parameters("password", "code")
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest, pages: PasskeyPages) -> HttpResponse:
    """Ask for proof, then have the browser make a passkey (``passkey_add.ts``)."""
    if request.method != "POST":
        return _add_page(pages)
    if error := pages.prove(request):
        return _add_page(pages, error=error, status=422)
    challenge = new_challenge(request.session, adding(pages.owner))
    return _add_page(pages, options=registration_options(pages.owner, challenge))


@require_POST
def finish(request: HttpRequest, pages: PasskeyPages) -> HttpResponse:
    """Keep what the browser made. Its challenge counts once, so a fault means beginning anew."""
    challenge = take_challenge(request.session, adding(pages.owner))
    name = browser_words(request.META.get("HTTP_USER_AGENT", "")) or _("パスキー")
    if not challenge or not pages.add(request.POST.get("answer", ""), challenge, name):
        return _add_page(pages, has_failed=True, status=422)
    return pages.to_list("added")


@require_http_methods(["GET", "HEAD", "POST"])
def one(request: HttpRequest, pages: PasskeyPages, passkey: int) -> HttpResponse:
    """One passkey: its name can be changed."""
    row = pages.find(passkey)
    if request.method != "POST":
        return _one_page(pages, row, row.name)
    typed = request.POST.get("name", "")
    name = " ".join(typed.replace("\0", "").split())
    if not name:
        return _one_page(pages, row, typed, error=_("名前を入力してください。"), status=422)
    if len(name) > LONGEST_NAME:
        error = _("%(longest)d文字以内で入力してください。") % {"longest": LONGEST_NAME}
        return _one_page(pages, row, typed, error=error, status=422)
    rename_passkey(row, name)
    return pages.to_list("renamed")


@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: HttpRequest, pages: PasskeyPages, passkey: int) -> HttpResponse:
    """Ask once, then forget the passkey."""
    row = pages.find(passkey)
    if request.method != "POST":
        return pages.show("passkey_remove", passkey=row, back=pages.url("passkeys"))
    pages.remove(row)
    return pages.to_list("removed")


def _add_page(pages: PasskeyPages, **context: object) -> HttpResponse:
    return pages.show(
        "passkey_add",
        back=pages.url("passkeys"),
        add=pages.url("passkey_add"),
        finish=pages.url("passkey_finish"),
        **context,
    )


def _one_page(pages: PasskeyPages, passkey: Passkey, name: str, **context: object) -> HttpResponse:
    return pages.show(
        "passkey",
        passkey=passkey,
        name=name,
        back=pages.url("passkeys"),
        remove=pages.url("passkey_remove", passkey.pk),
        **context,
    )
