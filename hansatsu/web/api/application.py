"""The API as django-bolt serves it: every call, every refusal, and what is open to everybody."""

import json
from importlib import resources
from typing import Any

from django.template.loader import render_to_string
from django_bolt import BoltAPI, Request, Response
from django_bolt.error_handlers import BoltError
from django_bolt.openapi import OpenAPIConfig
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest

from hansatsu.web.api import payments, refunds, sandbox, settlements, shop, totals, webhooks
from hansatsu.web.api.gateway import BEARER, Door
from hansatsu.web.api.openapi import BASE, document, problem_codes
from hansatsu.web.api.operations import JSON, Operation
from hansatsu.web.api.problems import KINDS, MEDIA_TYPE, Problem
from hansatsu.web.api.told import SIGNED, TOLD

OPERATIONS: tuple[Operation, ...] = (
    *payments.OPERATIONS,
    *refunds.OPERATIONS,
    *totals.OPERATIONS,
    *settlements.OPERATIONS,
    *shop.OPERATIONS,
    *sandbox.OPERATIONS,
    *webhooks.OPERATIONS,
)

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")

CSP = (
    "default-src 'none'; style-src 'self'; img-src 'self'; frame-ancestors 'none'; base-uri 'none'"
)

FRAMEWORKS = {404: "not_found", 405: "method_not_allowed", 413: "content_too_large"}
"""What django-bolt refuses before a handler is asked. Anything else of its is a bad request, or
``try_again``."""


def make_api(url: str, site: str) -> BoltAPI:
    """The API on the database ``url``; ``site`` is the address it is reached at."""
    door = Door(url)
    api = BoltAPI(
        openapi_config=OpenAPIConfig(title="", version="", enabled=False),
        enable_logging=False,
        compression=False,
        validate_response=False,
        error_formatter=_framework_problem,
    )
    for operation in OPERATIONS:
        _add(api, operation.method, BASE + operation.path, door.route(operation))
    for path in dict.fromkeys(each.path for each in OPERATIONS):
        known = [each.method for each in OPERATIONS if each.path == path]
        refusal = door.refusing("method_not_allowed", {"Allow": ", ".join(known)})
        for method in METHODS:
            if method not in known:
                _add(api, method, BASE + path, refusal)
    _add_open_pages(api, door, site)
    for method in METHODS:
        _add(api, method, BASE + "/{path:path}", door.refusing("not_found"))
    return api


def _add(api: BoltAPI, method: str, path: str, route: Any) -> None:
    getattr(api, method.lower())(path)(route)


def _add_open_pages(api: BoltAPI, door: Door, site: str) -> None:
    described = document(OPERATIONS, site)
    registry = CollectorRegistry(auto_describe=False)
    registry.register(door.figures)
    files = {
        "/healthz": (b'{"alive": true}', JSON),
        BASE + "/openapi.json": (json.dumps(described, ensure_ascii=False).encode(), JSON),
        BASE + "/docs": (_docs(described).encode(), "text/html; charset=utf-8"),
        BASE + "/docs.css": (_part("api/docs.css"), "text/css; charset=utf-8"),
        "/favicon.ico": (_part("root/favicon.ico"), "image/x-icon"),
    }
    headers = {
        "Content-Security-Policy": CSP,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
    }

    def serve(data: bytes, media_type: str) -> Any:
        async def answer(request: Request) -> Response:
            return Response(data, 200, dict(headers), media_type)

        return answer

    for path, (data, media_type) in files.items():
        _add(api, "GET", path, serve(data, media_type))
        _add(api, "HEAD", path, serve(b"", media_type))

    async def metrics(request: Request) -> Response:
        return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)

    _add(api, "GET", "/metrics", metrics)


def _docs(described: dict[str, Any]) -> str:
    calls = [
        {
            "operation": operation,
            "address": BASE + operation.path,
            "described": described["paths"][operation.path][operation.method.lower()],
            "asked": _pretty(operation.example[0]),
            "answered": _pretty(operation.example[1]),
            "problems": [(code, KINDS[code]) for code in problem_codes(operation)],
        }
        for operation in OPERATIONS
    ]
    about = described["info"]["description"].strip().split("\n\n")
    messages = [
        {
            "event": each.event,
            "described": described["webhooks"][each.event]["post"],
            "sent": _pretty(each.example),
        }
        for each in TOLD
    ]
    context = {"calls": calls, "about_parts": about, "messages": messages, "signed": SIGNED}
    return render_to_string("api/docs.html", context)


def _pretty(example: Any) -> str:
    return "" if example is None else json.dumps(example, ensure_ascii=False, indent=2)


def _part(name: str) -> bytes:
    return resources.files("hansatsu.web").joinpath(name).read_bytes()


def _framework_problem(error: BoltError, request: Any) -> Response:
    code = FRAMEWORKS.get(error.status, "bad_request" if error.status < 500 else "try_again")
    headers: dict[str, str] = {}
    path: str = request.path
    if path.startswith(BASE + "/"):
        if not request.headers.get("authorization", "").lower().startswith(BEARER):
            code, headers = "unauthorized", {"WWW-Authenticate": "Bearer"}
        elif code == "not_found":
            code = "method_not_allowed"  # an address below the base has a route for every other
    problem = Problem(code)
    return Response(json.dumps(problem.as_object()).encode(), problem.status, headers, MEDIA_TYPE)
