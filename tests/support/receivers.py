"""A shop's server that takes webhooks: a real one, with TLS when asked for."""

import json
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from standardwebhooks import Webhook


@dataclass(frozen=True, slots=True)
class Request:
    """What arrived."""

    path: str
    headers: dict[str, str]
    body: str

    def verified(self, secret: str) -> Any:
        """What it says, if it is signed with ``secret``."""
        return Webhook(secret).verify(self.body, self.headers)


@dataclass(slots=True, eq=False)
class Receiver:
    """Takes webhooks while it is entered.

    ``status`` and ``answer`` are what it says; ``location`` where it redirects to. With
    ``hang`` it keeps callers waiting until the end. With ``keep`` a connection takes one request
    after the other; otherwise it is closed after the first.
    """

    address: str = "127.0.0.1"
    port: int = 0
    tls: "Authority | None" = None
    status: int = 204
    answer: bytes = b""
    location: str = ""
    hang: bool = False
    keep: bool = False
    requests: list[Request] = field(default_factory=list)
    connections: int = 0
    _server: ThreadingHTTPServer | None = None
    _over: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        """Where it is, by numbers."""
        scheme = "https" if self.tls else "http"
        return f"{scheme}://{self.address}:{self.port}/hooks"

    def __enter__(self) -> Self:
        self._over.clear()
        self._server = _Server((self.address, self.port), _handler_of(self))
        self.port = self._server.server_address[1]
        self._server.receiver = self
        if self.tls is not None:
            self._server.socket = self.tls.server_context().wrap_socket(
                self._server.socket, server_side=True, do_handshake_on_connect=False
            )
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        assert self._server is not None
        self._over.set()
        self._server.shutdown()
        self._server.server_close()

    def let_go(self) -> None:
        """Hang up on those who wait."""
        self._over.set()

    def bodies(self) -> list[Any]:
        """What arrived, as JSON."""
        return [json.loads(each.body) for each in self.requests]

    def ids(self) -> list[str]:
        """The webhook-id of each that arrived."""
        return [each.headers["webhook-id"] for each in self.requests]


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 64
    receiver: Receiver

    def get_request(self) -> Any:
        accepted = super().get_request()
        self.receiver.connections += 1
        return accepted

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that goes away is no news."""


def _handler_of(receiver: Receiver) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1" if receiver.keep else "HTTP/1.0"

        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            body = self.rfile.read(length).decode()
            headers = {name.lower(): value for name, value in self.headers.items()}
            receiver.requests.append(Request(self.path, headers, body))
            if receiver.hang:
                receiver._over.wait(60)
                return
            self.send_response(receiver.status)
            if receiver.location:
                self.send_header("Location", receiver.location)
            self.send_header("Content-Length", str(len(receiver.answer)))
            self.end_headers()
            self.wfile.write(receiver.answer)

        def log_message(self, *_: object) -> None:
            """Nothing on the terminal."""

    return Handler


@dataclass(frozen=True, slots=True)
class Authority:
    """A certificate authority of our own, with one certificate for ``names`` and for the
    addresses of this machine."""

    folder: Path
    names: tuple[str, ...] = ("hooks.shop.example",)

    @property
    def root(self) -> Path:
        """The certificate that a client needs to trust this authority."""
        return self.folder / "root.pem"

    @classmethod
    def made(cls, folder: Path, *names: str) -> "Authority":
        """Make keys and certificates in ``folder``."""
        made = cls(folder, names) if names else cls(folder)
        ca_key = ec.generate_private_key(ec.SECP256R1())
        key = ec.generate_private_key(ec.SECP256R1())
        ca_name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Test authority")])
        root = (
            _certificate(ca_name, ca_name, ca_key.public_key())
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(_key_usage(), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(ca_key.public_key()), False)
            .sign(ca_key, hashes.SHA256())
        )
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, made.names[0])])
        leaf = (
            _certificate(subject, ca_name, key.public_key())
            .add_extension(
                x509.SubjectAlternativeName(
                    [*map(x509.DNSName, made.names), x509.IPAddress(ip_address("127.0.0.1"))]
                ),
                critical=False,
            )
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(ca_key.public_key()), False
            )
            .sign(ca_key, hashes.SHA256())
        )
        made.root.write_bytes(root.public_bytes(serialization.Encoding.PEM))
        private = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        chain = leaf.public_bytes(serialization.Encoding.PEM)
        (folder / "server.pem").write_bytes(private + chain)
        return made

    def server_context(self) -> ssl.SSLContext:
        """For a server that proves its names."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.folder / "server.pem")
        return context

    def client_context(self) -> ssl.SSLContext:
        """For a client that trusts this authority alone."""
        return ssl.create_default_context(cafile=str(self.root))


def _certificate(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + timedelta(hours=2))
    )


def _key_usage() -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=False,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=True,
        crl_sign=True,
        encipher_only=False,
        decipher_only=False,
    )


@contextmanager
def dripping_server() -> Iterator[int]:
    """A server that answers a byte at a time and never ends; yields its port."""
    import socket

    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(0.05)

        def serve() -> None:
            while not over.is_set():
                try:
                    connection, _ = listening.accept()
                except TimeoutError:
                    continue
                except OSError:
                    return
                with connection:
                    connection.sendall(b"HTTP/1.1 200 OK\r\nX-Slow: ")
                    while not over.is_set():
                        try:
                            connection.sendall(b"x")
                        except OSError:
                            break
                        time.sleep(0.05)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield listening.getsockname()[1]
        over.set()
        thread.join(5)
