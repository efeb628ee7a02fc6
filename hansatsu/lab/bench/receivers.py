"""What takes webhooks and mails while they are measured: servers of shops over TLS, quick ones and
one that hangs, and a mail server; all in a thread beside the measuring one."""

import asyncio
import ssl
import threading
import time
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Self

from aiosmtpd.smtp import SMTP
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

ADDRESS = "127.0.0.1"
TAKEN = b"HTTP/1.1 204 No Content\r\n\r\n"


class Receivers:
    """Takes webhooks and mails while it is entered. ``bodies`` and ``mails`` are what has come,
    each with the time that ``time.perf_counter`` showed; ``hanging`` counts what will never be
    answered.

    Args:
        folder: where the certificate is put, which a sender must trust (``certificate``).
        quick: how many servers answer at once.
    """

    def __init__(self, folder: Path, quick: int) -> None:
        self.certificate = folder / "receivers.pem"
        _write_certificate(self.certificate)
        self.bodies: list[tuple[float, bytes]] = []
        self.mails: list[float] = []
        self.hanging = 0
        self.urls: list[str] = []
        self.hanging_url = ""
        self.mail_url = ""
        self._quick = quick
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._open(), self._loop).result()
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        """Take a mail (aiosmtpd calls it by this method's name)."""
        self.mails.append(time.perf_counter())
        return "250 OK"

    async def _open(self) -> None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate)
        for _ in range(self._quick):
            self.urls.append(await self._serve(self._take, context))
        self.hanging_url = await self._serve(self._hang, context)
        server = await self._loop.create_server(
            lambda: SMTP(self, hostname="localhost", loop=self._loop), ADDRESS, 0
        )
        self.mail_url = f"smtp://{ADDRESS}:{server.sockets[0].getsockname()[1]}"

    async def _serve(
        self,
        talk: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Coroutine[Any, Any, None]],
        context: ssl.SSLContext,
    ) -> str:
        server = await asyncio.start_server(talk, ADDRESS, 0, ssl=context, backlog=1024)
        return f"https://{ADDRESS}:{server.sockets[0].getsockname()[1]}/"

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while body := await _request(reader):
            self.bodies.append((time.perf_counter(), body))
            writer.write(TAKEN)
        writer.close()

    async def _hang(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while await _request(reader):
            self.hanging += 1
        writer.close()


async def _request(reader: asyncio.StreamReader) -> bytes:
    """The body of the next request; empty when there is none any more."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
        length = head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0]
        return await reader.readexactly(int(length))
    except (asyncio.IncompleteReadError, OSError):
        return b""


def _write_certificate(path: Path) -> None:
    """A key and a certificate for this machine's address, which is its own authority."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "hansatsu bench")])
    now = datetime.now(UTC)
    usage = dict.fromkeys(
        ("content_commitment", "key_encipherment", "data_encipherment", "key_agreement"), False
    ) | dict.fromkeys(("crl_sign", "encipher_only", "decipher_only"), False)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(ADDRESS))]), False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(
            x509.KeyUsage(digital_signature=True, key_cert_sign=True, **usage), critical=True
        )
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    path.write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))
