"""A shop's server that takes webhooks and verifies them, and is down for a while."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

from standardwebhooks import Webhook
from standardwebhooks.webhooks import WebhookVerificationError


class Receiver:
    """Takes webhooks while it is entered. ``told`` are the 決済ID of payments and refunds that it
    has heard of, ``forged`` counts what was not signed with ``secret``; while ``down`` it takes
    nothing."""

    def __init__(self) -> None:
        self.secret = ""
        self.down = False
        self.told: set[str] = set()
        self.forged = 0
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self._server.server_address[1]}/"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def take(self, headers: dict[str, str], body: str) -> int:
        """The status to answer with."""
        if self.down:
            return 503
        try:
            said: Any = Webhook(self.secret).verify(body, headers)
        except WebhookVerificationError:
            self.forged += 1
            return 400
        data = said["data"]
        if said["type"] == "payment.paid":
            self.told.add(data["id"])
        else:
            self.told.update(refund["id"] for refund in data["refunds"])
        return 204


def _handler(receiver: Receiver) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            self.send_response(receiver.take(dict(self.headers.items()), body))
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Nothing on the terminal."""

    return Handler
