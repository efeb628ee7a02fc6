"""The OpenAPI 3.1 document, made from the table of calls: every status, with examples."""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from hansatsu.web.api import problems
from hansatsu.web.api.operations import JSON, Operation
from hansatsu.web.api.problems import KINDS, MEDIA_TYPE, Problem
from hansatsu.web.api.schemas import FieldError
from hansatsu.web.api.told import HEADERS, SIGNED, TOLD, Told

BASE = "/api/v1"
REF = "#/components/schemas/{name}"

ABOUT = """\
The interface for tills. Amounts are integer yen; times are RFC 3339 in UTC, days are days in Japan.

Every call carries the key of a terminal: `Authorization: Bearer hk_…`. A call that moves money
carries an `Idempotency-Key`, new for each purchase and per terminal: the same request with the
same key is done once, and answered with the stored success (`Idempotent-Replayed: true`) however
often it is sent. A refusal is not stored. After a lost answer or `try_again`, send the same
request again. Bodies are JSON in UTF-8; a field that stands twice is refused.

A till cannot ask what a resident holds. After five refusals for want of value with one code, or
twenty of one wallet in an hour, the code is 429 `too_many_requests` with `Retry-After`, at every
terminal, and the terminal goes on; a retry of what was paid is answered as ever.

Errors are `application/problem+json` with a stable `code`. When several apply, the first wins:
401, 403, 429, 400, 422 `invalid_request`, the key's own (a replay, 409 `idempotency_key_conflict`
or `request_cancelled`), 404, 409 `duplicate_reference`, 410, 409 `code_used`, 423, 422
`not_accepted`, 422 `over_limit`, 402. A code's own 429 comes after what its key stands for.
"""

ALWAYS = ("unauthorized", "forbidden", "too_many_requests", "try_again")
WITH_BODY = ("content_too_large", "unsupported_media_type", "invalid_request")


def document(operations: Iterable[Operation], site: str) -> dict[str, Any]:
    """The whole document.

    Args:
        operations: every call.
        site: where the API stands, without a path.
    """
    every = list(operations)
    paths: dict[str, dict[str, Any]] = {}
    shapes = [each.body for each in every if each.body is not None]
    shapes += [each.returns for each in every if each.returns is not None]
    shapes += [each.shape for each in TOLD]
    _, schemas = msgspec.json.schema_components([*shapes, FieldError], ref_template=REF)
    for operation in every:
        paths.setdefault(operation.path, {})[operation.method.lower()] = _call(operation)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Hansatsu POS API", "version": "1", "description": ABOUT},
        "servers": [{"url": site + BASE}],
        "security": [{"key": []}],
        "tags": [{"name": name} for name in dict.fromkeys(each.tag for each in every)],
        "paths": paths,
        "webhooks": {each.event: {"post": _message(each)} for each in TOLD},
        "components": {
            "securitySchemes": {
                "key": {
                    "type": "http",
                    "scheme": "bearer",
                    "bearerFormat": "hk_…",
                    "description": "A terminal's key, shown once when it is made on the shop site.",
                }
            },
            "schemas": {**schemas, "Problem": _problem_schema()},
        },
    }


def problem_codes(operation: Operation) -> list[str]:
    """Every problem that the call may answer with."""
    codes = [*ALWAYS, *operation.errors]
    if operation.needs_key:
        codes.append("idempotency_key_required")
    if operation.body is not None:
        codes += WITH_BODY
    return [code for code in KINDS if code in codes]


def _call(operation: Operation) -> dict[str, Any]:
    asked, answered = operation.example
    described: dict[str, Any] = {
        "operationId": _name(operation),
        "summary": operation.summary,
        "description": operation.description,
        "tags": [operation.tag],
        "parameters": _parameters(operation),
        "responses": {
            str(operation.status): _success(operation, answered),
            **_problems(operation),
        },
    }
    if operation.scopes:
        described["description"] += " Scope: " + " or ".join(
            f"`{each}`" for each in sorted(operation.scopes)
        )
    if operation.body is not None:
        described["requestBody"] = {
            "required": not operation.body_optional,
            "content": {JSON: _content(operation.body, asked)},
        }
    return described


def _message(told: Told) -> dict[str, Any]:
    content = _content(told.shape, told.example)
    content["schema"] = {
        "allOf": [content["schema"], {"properties": {"type": {"const": told.event}}}]
    }
    return {
        "operationId": "told_" + told.event.replace(".", "_"),
        "summary": told.summary,
        "description": SIGNED,
        "tags": ["Webhooks"],
        "security": [],
        "parameters": [
            {
                "name": name,
                "in": "header",
                "required": True,
                "description": description,
                "schema": {"type": "string"},
                "example": example,
            }
            for name, description, example in HEADERS
        ],
        "requestBody": {"required": True, "content": {JSON: content}},
        "responses": {
            "2XX": {"description": "Taken. The body is not read."},
            "410": {"description": "Never again: the endpoint is disabled."},
            "default": {"description": "Tried again, for a day."},
        },
    }


def _name(operation: Operation) -> str:
    return operation.handler.__module__.rpartition(".")[2] + "_" + operation.handler.__name__


def _parameters(operation: Operation) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = [
        {
            "name": part[1:-1],
            "in": "path",
            "required": True,
            "schema": {"type": "string", "minLength": 1, "maxLength": 64},
        }
        for part in operation.path.split("/")
        if part.startswith("{")
    ]
    if operation.needs_key:
        found.append(
            {
                "name": "Idempotency-Key",
                "in": "header",
                "required": True,
                "description": "New for each purchase, the same for each retry of it.",
                "schema": {
                    "type": "string",
                    "minLength": 1,
                    "maxLength": 255,
                    "pattern": "^[\\x21-\\x7e]([\\x20-\\x7e]*[\\x21-\\x7e])?$",
                },
                "example": "till-7-000123-1",
            }
        )
    for each in operation.query:
        shown = {"example": each.example} if each.example is not None else {}
        found.append(
            {
                "name": each.name,
                "in": "query",
                "required": False,
                "description": each.description,
                "schema": dict(each.schema),
                **shown,
            }
        )
    return found


def _success(operation: Operation, example: Any) -> dict[str, Any]:
    headers: dict[str, Any] = {"X-Request-ID": {"schema": {"type": "string"}}}
    if operation.needs_key:
        headers["Idempotent-Replayed"] = {
            "description": "`true` when this is the stored answer of an earlier request.",
            "schema": {"type": "string", "enum": ["true"]},
        }
    answer: dict[str, Any] = {"description": "Done.", "headers": headers}
    if operation.returns is not None:
        answer["content"] = {JSON: _content(operation.returns, example)}
    return answer


def _content(shape: Any, example: Any) -> dict[str, Any]:
    (schema,), _ = msgspec.json.schema_components([shape], ref_template=REF)
    return {"schema": schema} | ({} if example is None else {"example": example})


def _problems(operation: Operation) -> dict[str, Any]:
    by_status: dict[int, list[str]] = {}
    for code in problem_codes(operation):
        by_status.setdefault(KINDS[code].status, []).append(code)
    return {
        str(status): {
            "description": ", ".join(f"`{code}`" for code in codes),
            "headers": _headers(status),
            "content": {
                MEDIA_TYPE: {
                    "schema": {
                        "allOf": [
                            {"$ref": "#/components/schemas/Problem"},
                            {"properties": {"code": {"enum": codes}}},
                        ]
                    },
                    "examples": {code: {"value": Problem(code).as_object()} for code in codes},
                }
            },
        }
        for status, codes in sorted(by_status.items())
    }


def _headers(status: int) -> Mapping[str, Any]:
    headers: dict[str, Any] = {"X-Request-ID": {"schema": {"type": "string"}}}
    if status == 429:
        headers["Retry-After"] = {
            "description": "Seconds to wait.",
            "schema": {"type": "string", "pattern": "^[1-9][0-9]*$"},
        }
    if status == 401:
        headers["WWW-Authenticate"] = {"schema": {"type": "string"}}
    return headers


def _problem_schema() -> dict[str, Any]:
    return {
        "type": "object",
        "description": "RFC 9457.",
        "required": ["type", "title", "status", "detail", "code"],
        "properties": {
            "type": {"type": "string", "pattern": f"^{problems.TYPE}"},
            "title": {"type": "string"},
            "status": {"type": "integer"},
            "detail": {"type": "string"},
            "code": {"type": "string", "enum": list(KINDS)},
            "available": {
                "type": "integer",
                "description": "Yen of a card that the shop takes; with `insufficient_value`.",
            },
            "payment": {
                "type": "string",
                "description": "A 決済ID: with `duplicate_reference` of the payment that was first,"
                " with `other_terminal` of the one that was made.",
            },
            "errors": {
                "type": "array",
                "description": "With `invalid_request`.",
                "items": {"$ref": "#/components/schemas/FieldError"},
            },
        },
    }
