"""A browser without a screen: Django's test client at one issuer's wallet site."""

from typing import Any

from django.http import HttpResponse
from django.test import Client

from hansatsu.parties.identity.models import Resident
from hansatsu.parties.identity.sessions import log_in
from hansatsu.parties.issuers.models import Issuer


class Visitor:
    """Visits an issuer's pages; addresses start below the issuer's code."""

    def __init__(self, issuer: Issuer, **defaults: Any) -> None:
        self.issuer = issuer
        self.client = Client(SERVER_NAME="localhost", **defaults)

    @classmethod
    def logged_in(cls, resident: Resident, **defaults: Any) -> "Visitor":
        """As this resident, without the work of a log-in."""
        visitor = cls(resident.issuer, **defaults)
        visitor.enter(resident)
        return visitor

    def enter(self, resident: Resident) -> None:
        """Log this browser in as a resident, beside others who use it."""
        session = self.client.session
        request: Any = type("Request", (), {"session": session, "META": {}})()
        log_in(request, resident)
        session.save()
        self.client.cookies["hansatsu_session"] = session.session_key or ""

    def get(self, page: str, query: Any = None, **extra: Any) -> HttpResponse:
        """GET one of the issuer's pages."""
        return self.client.get(self.address(page), query, **extra)

    def post(self, page: str, form: dict[str, str] | None = None, **extra: Any) -> HttpResponse:
        """POST to one of the issuer's pages."""
        return self.client.post(self.address(page), form or {}, **extra)

    def address(self, page: str) -> str:
        """``pay/S0001`` as a path; what is a path already stays."""
        return page if page.startswith("/") else f"/{self.issuer.code}/{page}"


def words(response: HttpResponse) -> str:
    """The page's source."""
    return response.content.decode()
