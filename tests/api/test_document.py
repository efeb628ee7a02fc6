"""The OpenAPI document says what the API does, and the page that shows it needs nobody else."""

import json
import re
import urllib.request

import msgspec
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase
from hypothesis import settings as how
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from hansatsu.messages.webhooks.events import SUBSCRIBABLE, TEST
from hansatsu.web.api.application import OPERATIONS
from hansatsu.web.api.openapi import document, problem_codes
from hansatsu.web.api.problems import KINDS
from hansatsu.web.api.told import TOLD
from tests.support.code import ROOT
from tests.support.pos import ApiProcesses, Pos

EXAMPLES = 12
"""Of each call: more is a matter of `make test-long`."""


def get(port: int, path: str) -> tuple[dict[str, str], bytes]:
    """What stands there for everybody."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=60) as answer:
        return {name.lower(): value for name, value in answer.getheaders()}, answer.read()


def test_the_document_is_complete(api: ApiProcesses) -> None:
    headers, data = get(api.port, "/api/v1/openapi.json")
    assert headers["content-type"] == "application/json"
    told = json.loads(data)
    assert told["openapi"] == "3.1.0"
    assert told["servers"] == [{"url": f"http://127.0.0.1:{api.port}/api/v1"}]
    calls = [
        (method, path, call)
        for path, calls in told["paths"].items()
        for method, call in calls.items()
    ]
    assert len(calls) == len(OPERATIONS)
    for method, path, call in calls:
        assert {"401", "403", "429", "503"} <= call["responses"].keys(), path
        for status, answer in call["responses"].items():
            for kind in answer.get("content", {}).values():
                assert "example" in kind or "examples" in kind, (method, path, status)
        if "requestBody" in call:
            assert {"413", "415", "422"} <= call["responses"].keys()


def test_calls_name_every_problem_and_no_other() -> None:
    assert {code for each in OPERATIONS for code in each.errors} - KINDS.keys() == set()
    told = {code for each in OPERATIONS for code in problem_codes(each)}
    assert KINDS.keys() - told == {"method_not_allowed", "bad_request"}, "of no call there is"


@pytest.mark.parametrize("guide", ["docs/pos-guide.md", "docs/pos-guide.ja.md"])
def test_the_guide_says_what_a_till_does_with_every_problem(guide: str) -> None:
    rows = re.findall(r"^\| \d{3}[^|]*\|([^|]*)\|", (ROOT / guide).read_text(), re.M)
    assert {code for row in rows for code in re.findall(r"`(\w+)`", row)} == KINDS.keys()


def test_the_document_tells_what_servers_are_told(api: ApiProcesses) -> None:
    told = json.loads(get(api.port, "/api/v1/openapi.json")[1])
    assert told["webhooks"].keys() == {*SUBSCRIBABLE, TEST}
    for event, path in told["webhooks"].items():
        (content,) = path["post"]["requestBody"]["content"].values()
        assert content["example"]["type"] == event
        assert {"2XX", "410"} <= path["post"]["responses"].keys()
        assert {each["name"] for each in path["post"]["parameters"]} == {
            "webhook-id", "webhook-timestamp", "webhook-signature"
        }  # fmt: skip
    page = get(api.port, "/api/v1/docs")[1].decode()
    assert all(f'id="told_{event.replace(".", "_")}"' in page for event in told["webhooks"])
    parts = json.dumps(told)
    named = set(re.findall(r"#/components/schemas/(\w+)", parts))
    assert named <= told["components"]["schemas"].keys()
    for each in TOLD:  # the examples are as the shapes say
        assert json.loads(msgspec.json.encode(msgspec.convert(each.example, each.shape))) == (
            each.example
        )


def test_the_page_is_its_own(api: ApiProcesses) -> None:
    headers, data = get(api.port, "/api/v1/docs")
    assert b"`" not in data
    page = data.decode()
    assert headers["content-type"].startswith("text/html")
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "<script" not in page
    assert "style=" not in page
    assert not re.findall(r"(?:src|href)=\"(?:https?:)?//", page)
    assert all(f"/api/v1{each.path}" in page for each in OPERATIONS)
    assert get(api.port, "/api/v1/docs.css")[0]["content-type"].startswith("text/css")
    assert "img-src 'self'" in headers["content-security-policy"]
    assert get(api.port, "/favicon.ico")[0]["content-type"] == "image/x-icon"
    assert b"alive" in get(api.port, "/healthz")[1]
    assert b"hansatsu_api_calls" in get(api.port, "/metrics")[1]


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda each: f"{each.method} {each.path}")
def test_no_input_leads_astray(till: Pos, operation: object) -> None:
    """Whatever schemathesis makes up for a call, the answer is one that the document has."""
    told = document([operation], f"http://127.0.0.1:{till.port}")  # type: ignore[list-item]
    told["paths"] = {f"/api/v1{path}": calls for path, calls in told["paths"].items()}
    site = f"http://127.0.0.1:{till.port}"
    schema = schemathesis.openapi.from_dict(told)
    (call,) = [found.ok() for found in schema.get_all_operations()]
    headers = {"Authorization": f"Bearer {till.key}"}

    for mode in schemathesis.GenerationMode:

        @how(
            max_examples=EXAMPLES,
            deadline=None,
            database=None,
            derandomize=True,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @_given(call, mode)
        def check(case: schemathesis.Case) -> None:
            answer = case.call(base_url=site, headers=headers, timeout=60)
            assert answer.status_code < 500, (case, answer.text)
            case.validate_response(
                answer,
                checks=[
                    status_code_conformance,
                    content_type_conformance,
                    response_headers_conformance,
                    response_schema_conformance,
                ],
            )

        check()


def _given(call: object, mode: schemathesis.GenerationMode) -> object:
    from hypothesis import given

    return given(case=call.as_strategy(generation_mode=mode))  # type: ignore[attr-defined]
