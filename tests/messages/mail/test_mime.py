"""A mail's bytes say what Django's own would, and any mail program can read them."""

from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import formataddr, parsedate_to_datetime

import pytest
from django.core.mail import EmailMultiAlternatives

from hansatsu.messages.mail.mime import mime_of
from hansatsu.messages.mail.models import Mail
from hansatsu.parties.issuers.models import Issuer

SENDER = "no-reply@oyama.example.jp"
AT = datetime(2026, 11, 30, 12, 34, 56, 789, tzinfo=UTC)


def a_mail(**fields: object) -> Mail:
    issuer = Issuer(name="小山市共通商品券", name_en="Oyama Vouchers", domain="oyama.example.jp")
    said = {
        "subject": "【小山市共通商品券】" + "決済完了のお知らせ" * 8,
        "text": "小山 花子 様\n\n.\n決済金額: 500円\n",
        "html": "<p>小山 花子 様</p>\n" * 200,
        "language": "ja",
    }
    return Mail(pk=7, issuer=issuer, created_at=AT, **said | fields)


def read(mail: Mail, to: str = "hanako@example.jp") -> EmailMessage:
    parser = BytesParser(policy=policy.default)
    message = parser.parsebytes(mime_of(mail, sender=SENDER, to=to))
    assert isinstance(message, EmailMessage)
    return message


def bodies(message: EmailMessage) -> list[tuple[str, str]]:
    return [(part.get_content_type(), part.get_content()) for part in message.iter_parts()]


@pytest.mark.parametrize(
    ("fields", "to"),
    [
        ({}, "hanako@example.jp"),
        ({"text": "小山 花子 様"}, '"hanako."@docomo.ne.jp'),
        ({"language": "en", "subject": "Paid", "text": "Dear Hanako\n"}, "a@b.example"),
        ({"text": "Dear Hanako\r\nPaid", "html": "x" * 2000}, "a" * 64 + "@" + "b" * 63 + ".jp"),
    ],
)
def test_it_says_what_djangos_own_would(fields: dict[str, object], to: str) -> None:
    mail = a_mail(**fields)
    ours = read(mail, to)
    name = "Oyama Vouchers" if mail.language == "en" else mail.issuer.name
    django = EmailMultiAlternatives(
        subject=mail.subject,
        body=mail.text,
        from_email=formataddr((name, SENDER)),
        to=[to],
        headers={
            "Message-ID": "<7.20261130123456000789@oyama.example.jp>",
            "Auto-Submitted": "auto-generated",
        },
    )
    django.attach_alternative(mail.html, "text/html")
    theirs = BytesParser(policy=policy.default).parsebytes(
        django.message(policy=policy.SMTP).as_bytes()
    )
    for header in ("MIME-Version", "Subject", "From", "To", "Message-ID", "Auto-Submitted"):
        assert str(ours[header]) == str(theirs[header]), header
    assert {key.lower() for key in ours} == {key.lower() for key in theirs}
    assert ours.get_content_type() == "multipart/alternative"
    assert bodies(ours) == bodies(theirs)
    assert not ours.defects
    written = parsedate_to_datetime(str(ours["Date"]))
    assert abs((datetime.now(UTC) - written).total_seconds()) < 60


def test_its_lines_are_as_mail_servers_want_them() -> None:
    for fields in ({}, {"text": "Dear Hanako\n", "html": "x" * 2000}):
        data = mime_of(a_mail(**fields), sender=SENDER, to="hanako@example.jp")
        assert data.isascii()
        assert data.count(b"\n") == data.count(b"\r\n") == data.count(b"\r")
        assert max(map(len, data.split(b"\r\n"))) <= 998
        assert data.endswith(b"--\r\n")


def test_no_header_is_smuggled_in() -> None:
    with pytest.raises(ValueError, match="linefeed"):
        read(a_mail(subject="Paid\nBcc: a@b.example"))
    with pytest.raises(ValueError, match="linefeed"):
        read(a_mail(), "a@b.example\r\nBcc: c@d.example")
