"""Coming in at a site of staff by the last step of its log-in alone: that gives the session, the
cookies and the line in the record. The steps before it are what tests of the log-in are about."""

from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpResponse
from django.middleware.csrf import CsrfViewMiddleware
from django.test import Client, RequestFactory

from hansatsu.parties.identity.models import Staff
from hansatsu.web.shared.staff_steps import LogInSite


def enter(client: Client, site: LogInSite, staff: Staff, *, proven: bool) -> None:
    """Let ``staff`` in with this browser, which held no session.

    Args:
        client: the browser.
        site: whose log-in it would be.
        staff: who comes in.
        proven: True when a second factor is taken for shown.
    """
    request = RequestFactory(**client.defaults).post("/")
    request.COOKIES = {name: each.value for name, each in client.cookies.items()}
    request.session = SessionStore()
    response = site.enter(request, staff, proven)
    request.session.save()
    CsrfViewMiddleware(lambda _: HttpResponse()).process_response(request, response)
    client.cookies.update(response.cookies)
    client.cookies[settings.SESSION_COOKIE_NAME] = request.session.session_key or ""
