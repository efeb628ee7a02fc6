"""A till without a screen: HTTP calls to an API process."""

import http.client
import json
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hansatsu.processes import api
from hansatsu.processes.answering import answers
from hansatsu.processes.ports import free_port
from hansatsu.processes.supervisor import Child
from tests.support.waiting import wait_until

PATIENCE = 60
"""Seconds that a call may take: the machine may be busy."""


@dataclass(frozen=True, slots=True)
class Answered:
    """What came back."""

    status: int
    headers: dict[str, str]
    data: bytes

    @property
    def json(self) -> Any:
        """The body, read."""
        return json.loads(self.data)

    @property
    def code(self) -> str:
        """Of a problem, which is in its proper form."""
        assert self.headers["content-type"] == "application/problem+json", self
        found = self.json
        assert found["status"] == self.status
        assert found.keys() >= {"type", "title", "status", "detail", "code"}
        return str(found["code"])


@dataclass(frozen=True, slots=True)
class Pos:
    """A till at the API on ``port``, with its key."""

    port: int
    key: str

    def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        idempotency_key: str | None = None,
        headers: dict[str, str] | None = None,
    ) -> Answered:
        """One call; ``path`` is below ``/api/v1``. Bytes are sent as they are."""
        sent = {"Authorization": f"Bearer {self.key}"} if self.key else {}
        data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        if data is not None:
            sent["Content-Type"] = "application/json"
        if idempotency_key is not None:
            sent["Idempotency-Key"] = idempotency_key
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.request(method, f"/api/v1{path}", data, sent | (headers or {}))
            answer = connection.getresponse()
            names = {name.lower(): value for name, value in answer.getheaders()}
            return Answered(answer.status, names, answer.read())
        finally:
            connection.close()

    def pay(self, code: str, amount: int, *, key: str = "", reference: str | None = "") -> Answered:
        """Pay with a code, under a new key unless one is given, and a reference of the key's own
        unless one, or none, is given: each key is a sale."""
        key = key or new_key()
        said = f"sale of {key}" if reference == "" else reference
        body = {"code": code, "amount": amount, "reference": said}
        return self.call("POST", "/payments", body, idempotency_key=key)

    def refund(self, number: str, amount: int | None = None, *, key: str = "") -> Answered:
        """Give back: all that is left, or a part."""
        body = None if amount is None else {"amount": amount}
        path = f"/payments/{number}/refunds"
        return self.call("POST", path, body, idempotency_key=key or new_key())

    def cancel(self, key: str) -> Answered:
        """Settle a payment of unknown outcome."""
        return self.call("POST", "/payments/cancellations", {"idempotency_key": key})

    def practice_code(self, scenario: str, balance: int | None = None) -> str:
        """A code to practise with."""
        asked = {"scenario": scenario} | ({} if balance is None else {"balance": balance})
        made = self.call("POST", "/sandbox/codes", asked)
        assert made.status == 201, made
        return str(made.json["code"])


@dataclass(slots=True)
class ApiProcesses:
    """API processes that share a port."""

    port: int
    children: list[Child] = field(default_factory=list)


@contextmanager
def running_api(
    environment: dict[str, str], logs: Path, processes: int = 1
) -> Iterator[ApiProcesses]:
    """Run the API until the end of the ``with``."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    surroundings = {"API_RATE": "5000"} | environment | api.settings("127.0.0.1", port, url)
    running = ApiProcesses(port)
    try:
        for place in range(processes):
            child = Child("api", surroundings, logs / f"api-{port}-{place}.log")
            running.children.append(child)
            child.start()
        wait_until(lambda: answers(port), seconds=60, what="the API")
        yield running
    finally:
        for child in running.children:
            child.stop()


def new_key() -> str:
    """An idempotency key that nobody has used."""
    return f"test-{secrets.token_hex(8)}"
