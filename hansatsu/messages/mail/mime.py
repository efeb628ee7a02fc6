"""A mail as the bytes that a mail server takes (RFC 5322, RFC 2045 to 2047).

Subjects and senders are the same in many mails, and encoding one costs more than all else of a
mail: so each is encoded once and remembered.
"""

import base64
import secrets
from datetime import UTC, datetime
from email.policy import SMTP
from email.utils import format_datetime, formataddr
from functools import lru_cache

from django.utils import translation

from hansatsu.messages.mail.models import Mail

LONGEST_LINE = 998
"""Characters of a line that goes out as it is (RFC 5322, 2.1.1)."""

LONGEST_HEADER = 78
"""Characters of a header that is not folded (the same)."""


def mime_of(mail: Mail, *, sender: str, to: str) -> bytes:
    """``mail`` as text and HTML, from its issuer.

    Args:
        mail: with its issuer loaded.
        sender: the issuer's address, as it goes into the envelope.
        to: the recipient's.

    Raises:
        ValueError: when a header would hold the end of a line.
    """
    with translation.override(mail.language):
        name = mail.issuer.local_name
    boundary = f"=_{secrets.token_hex(16)}"
    moment = f"{mail.created_at:%Y%m%d%H%M%S%f}"
    head = (
        b"MIME-Version: 1.0\r\nAuto-Submitted: auto-generated\r\n"
        b'Content-Type: multipart/alternative;\r\n boundary="%b"\r\n'
        % boundary.encode()
        + _header("Subject", mail.subject)
        + _header("From", formataddr((name, sender)))
        + _folded("To", to)
        + _folded("Message-ID", f"<{mail.pk}.{moment}@{mail.issuer.domain}>")
        + _folded("Date", format_datetime(datetime.now(UTC)))
    )
    edge = f"--{boundary}".encode()
    parts = (_part("plain", mail.text), _part("html", mail.html))
    return b"\r\n".join((head, *(edge + b"\r\n" + part for part in parts), edge + b"--\r\n"))


def _folded(name: str, value: str) -> bytes:
    """A header whose value is no other mail's."""
    line = f"{name}: {value}"
    if len(line) <= LONGEST_HEADER and line.isascii() and line.isprintable():
        return f"{line}\r\n".encode()
    return _encoded(name, value)


def _encoded(name: str, value: str) -> bytes:
    return SMTP.fold_binary(*SMTP.header_store_parse(name, value))


_header = lru_cache(maxsize=1024)(_encoded)
"""A header whose value many mails share."""


def _part(kind: str, text: str) -> bytes:
    """A part of a mail, in base64 unless it is plain English."""
    lines = text.encode().splitlines()
    body = b"".join(line + b"\r\n" for line in lines)
    encoding = b"7bit"
    if not text.isascii() or max(map(len, lines), default=0) > LONGEST_LINE:
        encoding, body = b"base64", base64.encodebytes(body).replace(b"\n", b"\r\n")
    return b'Content-Type: text/%b; charset="utf-8"\r\nContent-Transfer-Encoding: %b\r\n\r\n%b' % (
        kind.encode(),
        encoding,
        body,
    )
