"""Mails that are shown on a terminal can be read and followed by a person."""

import asyncio
from email.message import EmailMessage

import pytest
from aiosmtpd.smtp import Envelope

from hansatsu.demo.mails_on_terminal import Terminal

LINK = "http://localhost:8000/OEM209901/register/" + "a1b2" * 30 + "/?language=ja&from=mail"


def test_a_link_stands_in_one_piece(capsys: pytest.CaptureFixture[str]) -> None:
    mail = EmailMessage()
    mail["To"], mail["Subject"] = "hanako@example.jp", "【試験町商品券】ご登録手続きのご案内"
    mail.set_content(f"次のリンクを開いてください。\n\n{LINK}\n", cte="base64")
    mail.add_alternative(f"<a href='{LINK}'>開く</a>", subtype="html", cte="quoted-printable")
    envelope = Envelope()
    envelope.original_content = mail.as_bytes()
    terminal = Terminal()
    answer = asyncio.run(terminal.handle_DATA(None, None, envelope))  # type: ignore[arg-type]
    assert answer == "250 OK"
    shown = capsys.readouterr().out.splitlines()
    assert LINK in shown
    assert "hanako@example.jp  【試験町商品券】ご登録手続きのご案内" in shown
