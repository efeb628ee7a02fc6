"""The fake over HTTP: form-encoded requests, JSON answers, idempotency keys."""

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tests.support.fake_stripe.state import SHAPES, FakeStripe, Json, RefusedError


@contextmanager
def served(fake: FakeStripe) -> Iterator[str]:
    """The address that ``fake`` answers at."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.answer("GET")

        def do_POST(self) -> None:
            self.answer("POST")

        def answer(self, verb: str) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            sent = self.rfile.read(length).decode() if length else urlsplit(self.path).query
            status, said = handle(
                fake, verb, urlsplit(self.path).path, read_form(sent), dict(self.headers)
            )
            body = json.dumps(said).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def handle(
    fake: FakeStripe, verb: str, path: str, asked: Json, headers: dict[str, str]
) -> tuple[int, Json]:
    """The answer to a request."""
    fake.calls.append((verb, path, asked))
    if fake.mood == "down":
        return error(500, "", "api_error")
    if headers.get("Authorization") != f"Bearer {fake.secret_key}":
        return error(401, "api_key_invalid")
    key = headers.get("Idempotency-Key", "") if verb == "POST" else ""
    if key in fake.answers:
        before, said = fake.answers[key]
        if before != asked:
            return error(400, "", "idempotency_error")
    else:
        try:
            said = json.loads(json.dumps(route(fake, verb, path, asked)))
        except RefusedError as refused:
            return error(refused.status, refused.code, refused.kind)
        if key:
            fake.answers[key] = (asked, said)
    return error(500, "", "api_error") if fake.mood == "lost" else (200, said)


def route(fake: FakeStripe, verb: str, path: str, asked: Json) -> Json:
    """What is asked for."""
    match verb, path.removeprefix("/v1/").split("/"):
        case "POST", ["checkout", "sessions"]:
            return fake.create_session(asked)
        case "GET", ["checkout", "sessions"]:
            return {"object": "list", "data": [], "has_more": False, "url": "/v1/checkout/sessions"}
        case "GET", ["checkout", "sessions", id_]:
            return fake.session(id_)
        case "POST", ["checkout", "sessions", id_, "expire"]:
            return fake.expire_session(id_)
        case "POST", ["payment_intents", id_, "cancel"]:
            return fake.cancel_intent(id_)
        case "POST", ["refunds"]:
            return fake.create_refund(asked)
        case "GET", ["refunds" | "disputes" as kind]:
            known = fake.refunds if kind == "refunds" else fake.disputes
            mine = [r for r in known.values() if r["payment_intent"] == asked["payment_intent"]]
            return {"object": "list", "data": mine, "has_more": False, "url": f"/v1/{kind}"}
    raise RefusedError(404, "unknown_path")


def error(status: int, code: str, kind: str = "invalid_request_error") -> tuple[int, Json]:
    """An error as Stripe says it."""
    said: Json = json.loads(json.dumps(SHAPES["error"]))
    said["error"] |= {"code": code, "type": kind}
    return status, said


def read_form(text: str) -> Json:
    """``a[b][0]=c`` as nested objects, with lists where the names are numbers."""
    made: Json = {}
    for name, value in parse_qsl(text, keep_blank_values=True):
        *path, last = re.findall(r"[^\[\]]+", name)
        at = made
        for part in path:
            at = at.setdefault(part, {})
        at[last] = value
    return {name: as_lists(value) for name, value in made.items()}


def as_lists(value: Any) -> Any:
    """Objects whose names are 0, 1, 2 … are lists."""
    if not isinstance(value, dict):
        return value
    parts = {name: as_lists(part) for name, part in value.items()}
    if parts and all(name.isdigit() for name in parts):
        return [parts[name] for name in sorted(parts, key=int)]
    return parts
