"""Session and CSRF cookies under the names they had before December 2026: read for one release, and
given anew under their own, so that nobody is logged out by the upgrade."""

from django.conf import settings
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest

FORMER_SESSION = "hansatsu_session"
FORMER_CSRF = "hansatsu_csrf"


class FormerNamesSessionMiddleware(SessionMiddleware):
    """Django's own, for browsers that come with the former names too."""

    def process_request(self, request: HttpRequest) -> None:
        """Take what comes under a former name for what has none under its own."""
        was_former = _take(request, settings.SESSION_COOKIE_NAME, FORMER_SESSION)
        if _take(request, settings.CSRF_COOKIE_NAME, FORMER_CSRF):
            request.META["CSRF_COOKIE_NEEDS_UPDATE"] = True
        super().process_request(request)
        if was_former:
            request.session.modified = True


def _take(request: HttpRequest, name: str, former: str) -> bool:
    if name in request.COOKIES or former not in request.COOKIES:
        return False
    request.COOKIES[name] = request.COOKIES[former]
    return True
