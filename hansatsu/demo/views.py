"""The demo's inbox, as a phone's mail app would show it, and as JSON for checks."""

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.csp import CSP
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_safe

from hansatsu.demo.mailbox import ReceivedMail, open_mailbox, read_all, read_one

SHOWN = 100
"""Mails on the page; the JSON has all."""

FRAMED: dict[str, list[str]] = {
    "default-src": [CSP.NONE],
    "style-src": [CSP.SELF],
    "script-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:"],
    "font-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "manifest-src": [CSP.SELF],
    "frame-src": [CSP.SELF],
    "form-action": [CSP.SELF],
    "frame-ancestors": [CSP.NONE],
    "base-uri": [CSP.NONE],
}
"""The site's policy, and leave to frame the mail."""

MAIL_ALONE: dict[str, list[str] | str] = {
    "default-src": [CSP.NONE],
    "style-src": [CSP.UNSAFE_INLINE],
    "frame-ancestors": [CSP.SELF],
    "sandbox": "",
}
"""A mail brings its own styles and may do nothing else: no script, no address of ours, no
request to anywhere."""


@require_safe
@never_cache
def inbox(request: HttpRequest) -> HttpResponse:
    """The mails, newest first; ``?to=ADDRESS`` shows one person's."""
    to = request.GET.get("to", "")
    mails = read_all(open_mailbox(), to)
    return render(request, "demo/inbox.html", {"mails": mails[:SHOWN], "to": to})


@require_safe
@never_cache
@csp_override(FRAMED)
def mail(request: HttpRequest, key: str) -> HttpResponse:
    """One mail, its HTML in a frame that can do nothing."""
    return render(request, "demo/mail.html", {"mail": _mail(key)})


@require_safe
@csp_override(MAIL_ALONE)
@xframe_options_sameorigin
def mail_html(request: HttpRequest, key: str) -> HttpResponse:
    """The HTML of a mail, as it came."""
    return HttpResponse(_mail(key).html)


@require_safe
@never_cache
def inbox_json(request: HttpRequest) -> JsonResponse:
    """All mails, or those to ``?to=ADDRESS``, newest first."""
    mails = read_all(open_mailbox(), request.GET.get("to", ""))
    return JsonResponse(
        [
            {
                "to": each.to,
                "subject": each.subject,
                "text": each.text,
                "sent_at": each.sent_at.isoformat(timespec="milliseconds"),
            }
            for each in mails
        ],
        safe=False,
    )


def _mail(key: str) -> ReceivedMail:
    found = read_one(open_mailbox(), key)
    if found is None:
        raise Http404
    return found
