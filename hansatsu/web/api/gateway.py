"""What every call passes on its way to its handler, in the order of the contract.

Who calls (401), what they may (403), how often (429), then the request itself: its key (400), its
body (413, 415, 422). What nobody has foreseen is logged and answered 503 ``try_again``: a till can
send the same request again, and its key makes that safe.
"""

import itertools
import logging
import re
import secrets
import time
from collections.abc import Awaitable, Callable

import django.db
import psycopg
from django_bolt import Request, Response

from hansatsu.flows.payments.pos.api_clients import Caller
from hansatsu.flows.payments.pos.paying import Desk
from hansatsu.web.api import limits
from hansatsu.web.api.access_log import AccessLog
from hansatsu.web.api.metrics import Figures
from hansatsu.web.api.operations import JSON, Call, Operation, Reply
from hansatsu.web.api.problems import MEDIA_TYPE, Problem, ProblemError, refuse, too_many
from hansatsu.web.api.schemas import read_body

logger = logging.getLogger("hansatsu.api")

BEARER = "bearer "
LARGEST_BODY = 16 * 1024
LONGEST_KEY = 255
UTF_8 = {"utf-8", "utf8"}
"""JSON is in UTF-8 and has no charset (RFC 8259, 8.1); who says so all the same is right."""
REQUEST_ID = "x-request-id"

_acceptable_id = re.compile(r"[0-9A-Za-z._-]{8,64}")
_made_ids = map((secrets.token_hex(4) + "{:08x}").format, itertools.count())

Route = Callable[[Request], Awaitable[Response]]

Start = Callable[[Request, Desk, Caller], Awaitable[Reply]]
"""Looks at a request of a known caller and begins to answer it; raises ``ProblemError`` at once
when it is refused."""


class Door:
    """Makes operations into routes.

    Args:
        url: of the database, as the application.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._desk: Desk | None = None
        self._limit = limits.from_settings()
        self._log = AccessLog()
        self.figures = Figures()

    def route(self, operation: Operation) -> Route:
        """What answers ``operation``."""

        return self._answering(operation.summary, self._starting(operation))

    def refusing(self, code: str, headers: dict[str, str] | None = None) -> Route:
        """What answers an address with the problem ``code``, once the caller is known."""

        def refusal(request: Request, desk: Desk, caller: Caller) -> Awaitable[Reply]:
            raise ProblemError(Problem(code, headers=headers or {}))

        return self._answering(code, refusal)

    def _starting(self, operation: Operation) -> Start:
        def start(request: Request, desk: Desk, caller: Caller) -> Awaitable[Reply]:
            headers = request.headers
            if operation.scopes and not operation.scopes & caller.scopes:
                raise refuse("forbidden")
            self._guard(caller, stopped_too=operation.codes_too)
            data = request.body
            if len(data) > LARGEST_BODY:
                raise refuse("content_too_large")
            if operation.body is not None and (data or not operation.body_optional):
                _expect_json(headers)
            wants_key = operation.needs_key or (
                operation.takes_key and "idempotency-key" in headers
            )
            key = _key(headers) if wants_key else ""
            body = None
            if operation.body is not None:
                if not data and operation.body_optional:
                    data = b"{}"
                body = read_body(data, operation.body)
                if body.__class__ is list:
                    raise refuse("invalid_request", errors=body)
            return operation.handler(Call(caller, desk, key, body, request.query, request.params))

        return start

    def _opened(self) -> Desk:
        """The desk, made on the event loop that serves."""
        self._desk = self._desk or Desk(self._url)
        return self._desk

    def _guard(self, caller: Caller, *, stopped_too: bool) -> None:
        wait = self._limit.seconds_to_wait(caller.terminal_id)
        if wait:
            raise too_many(wait)
        if stopped_too and caller.stopped_until:
            wait = int(caller.stopped_until - time.monotonic()) + 1
            if wait > 0:
                raise too_many(wait, STOPPED)

    def _answering(self, name: str, start: Start) -> Route:
        """What answers by ``start`` whose key is good, and writes each call down as ``name``. One
        coroutine, since each between the server and the ledger costs every payment."""

        async def answer(request: Request) -> Response:
            started = time.perf_counter()
            given = request.headers.get(REQUEST_ID, "")
            request_id = given if given and _acceptable_id.fullmatch(given) else next(_made_ids)
            media_type = JSON
            try:
                key = _bearer(request.headers)
                desk = self._desk or self._opened()
                caller = desk.callers.remembered(key) or await desk.callers.look_up(key)
                if caller is None:
                    raise refuse("unauthorized")
                reply = await start(request, desk, caller)
            except ProblemError as error:
                reply, media_type = _reply(error.problem), MEDIA_TYPE
            except (psycopg.Error, django.db.Error) as error:
                logger.warning(
                    "the database gave no answer",
                    extra={"request_id": request_id, "call": name, "error": str(error).strip()},
                )
                reply, media_type = _reply(Problem("try_again")), MEDIA_TYPE
            except Exception:
                logger.exception("a call failed", extra={"request_id": request_id, "call": name})
                reply, media_type = _reply(Problem("try_again")), MEDIA_TYPE
            seconds = time.perf_counter() - started
            self._log.note(request_id, name, reply.status, seconds, reply.about)
            self.figures.count(name, reply.status, seconds)
            headers = reply.headers
            headers["X-Request-ID"] = request_id
            headers["Cache-Control"] = "no-store"
            return Response(reply.as_bytes(), reply.status, headers, media_type)

        return answer


STOPPED = "Too many codes that nobody has were read at this terminal."


def _reply(problem: Problem) -> Reply:
    headers = dict(problem.headers)
    if problem.status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    return Reply(problem.status, problem.as_object(), headers, problem.code)


def _bearer(headers: dict[str, str]) -> str:
    authorization = headers.get("authorization", "")
    if authorization[: len(BEARER)].lower() != BEARER:
        raise refuse("unauthorized")
    return authorization[len(BEARER) :].strip()


def _key(headers: dict[str, str]) -> str:
    key = headers.get("idempotency-key", "")
    if not key or len(key) > LONGEST_KEY or not (key.isascii() and key.isprintable()):
        raise refuse("idempotency_key_required")
    return key


def _expect_json(headers: dict[str, str]) -> None:
    sent = headers.get("content-type", "")
    if sent == JSON:
        return
    kind, *parameters = sent.lower().split(";")
    named = [each.partition("=") for each in parameters]
    charsets = {value.strip().strip('"') for name, _, value in named if name.strip() == "charset"}
    if kind.strip() != JSON or charsets - UTF_8:
        raise refuse("unsupported_media_type")
