"""The language of a page: Japanese first, English when asked for, and the choice is kept.

``?languageCd=en`` is the guide's own parameter. What the browser prefers is not looked at: most
phones in town are set to Japanese, and a stranger's phone finds the link on every page.
"""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation

PARAMETER = "languageCd"
COOKIE = "hansatsu_language"
KEPT_FOR = 60 * 60 * 24 * 365  # seconds
LANGUAGES = ("ja", "en")
GetResponse = Callable[[HttpRequest], HttpResponse]


class LanguageMiddleware:
    """Chooses the language, and keeps a choice made in the address."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer in the language chosen now, or before, or in Japanese."""
        chosen = _known(request.GET.get(PARAMETER))
        language = chosen or _known(request.COOKIES.get(COOKIE)) or LANGUAGES[0]
        request.LANGUAGE_CODE = language
        with translation.override(language):
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        if chosen is not None:
            response.set_cookie(
                COOKIE,
                chosen,
                max_age=KEPT_FOR,
                samesite="Lax",
                httponly=True,
                secure=settings.SESSION_COOKIE_SECURE,
            )
        return response


def _known(language: str | None) -> str | None:
    return language if language in LANGUAGES else None
