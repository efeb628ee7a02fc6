"""The demo's mailbox: a Maildir that the inbox server fills and the inbox pages read."""

import mailbox
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import parseaddr
from pathlib import Path


@dataclass(frozen=True, slots=True)
class ReceivedMail:
    """A mail that arrived. ``key`` names it in this mailbox."""

    key: str
    sender: str
    to: str
    subject: str
    text: str
    html: str
    sent_at: datetime


def open_mailbox(home: Path | None = None) -> mailbox.Maildir:
    """The Maildir in ``home`` (default: HANSATSU_HOME), made when missing."""
    home = home or Path(os.environ["HANSATSU_HOME"])
    return mailbox.Maildir(home / "inbox", factory=None, create=True)


def keep(box: mailbox.Maildir, content: bytes) -> None:
    """Put a mail into the mailbox; on disk when this returns."""
    box.add(content)


def read_all(box: mailbox.Maildir, to: str = "") -> list[ReceivedMail]:
    """The mails, those to one address only when ``to`` is given; the newest first."""
    found = [_read(path) for path in sorted(_files(box), key=_arrival, reverse=True)]
    return [mail for mail in found if not to or mail.to.casefold() == to.casefold()]


def read_one(box: mailbox.Maildir, key: str) -> ReceivedMail | None:
    """The mail of this key, or None."""
    return next((_read(path) for path in _files(box) if _key(path) == key), None)


def _files(box: mailbox.Maildir) -> list[Path]:
    root = Path(box._path)
    return [file for folder in ("new", "cur") for file in (root / folder).iterdir()]


def _arrival(path: Path) -> tuple[int, str]:
    return path.stat().st_mtime_ns, path.name


def _key(path: Path) -> str:
    return path.name.partition(":")[0]


def _read(path: Path) -> ReceivedMail:
    message = BytesParser(policy=policy.default).parsebytes(path.read_bytes())
    return ReceivedMail(
        key=_key(path),
        sender=parseaddr(str(message["From"]))[0] or str(message["From"]),
        to=_address(str(message["To"])),
        subject=str(message["Subject"]),
        text=_body(message, "plain"),
        html=_body(message, "html"),
        sent_at=datetime.fromtimestamp(path.stat().st_mtime, UTC),
    )


def _address(header: str) -> str:
    """The bare address; quotes around its local part only matter to mail servers."""
    local, _, domain = parseaddr(header)[1].rpartition("@")
    return f"{local.strip('"')}@{domain}"


def _body(message: EmailMessage, kind: str) -> str:
    """The part's words, with the line ends of text: mails travel with CR LF."""
    part = message.get_body((kind,))
    return "" if part is None else str(part.get_content()).replace("\r\n", "\n")
