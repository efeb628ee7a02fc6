"""The demo's inbox: what arrives, and that a mail can do nothing to the page."""

import smtplib
from email import policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from django.test import Client
from django.urls import Resolver404, resolve

from hansatsu.demo.mailbox import keep, open_mailbox, read_all
from hansatsu.processes.ports import free_port
from hansatsu.processes.supervisor import end, spawn
from tests.support.waiting import wait_until


def a_mail(to: str, subject: str, html: str = "<p>本文</p>") -> EmailMessage:
    message = EmailMessage()
    message["From"] = "小山市共通商品券 <no-reply@oyama.example.jp>"
    message["To"] = to
    message["Subject"] = subject
    message.set_content(f"{subject}の本文です。")
    message.add_alternative(html, subtype="html")
    return message


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home with an empty mailbox."""
    monkeypatch.setenv("HANSATSU_HOME", str(tmp_path))
    return tmp_path


@pytest.fixture
def pages(home: Path, client: Client) -> Client:
    """A browser on the demo's pages."""
    return client


def put(home: Path, *mails: EmailMessage) -> None:
    for mail in mails:
        keep(open_mailbox(home), mail.as_bytes())


def test_the_server_keeps_what_arrives(home: Path, application_environment: dict[str, str]) -> None:
    port = free_port()
    environment = application_environment | {
        "HANSATSU_HOME": str(home),
        "EMAIL_URL": f"smtp://127.0.0.1:{port}",
    }
    process = spawn("inbox", environment)
    try:
        wait_until(lambda: answers(port), what="the inbox server")
        with smtplib.SMTP("127.0.0.1", port) as connection:
            connection.send_message(a_mail("hanako@example.jp", "一通目"))
            connection.send_message(a_mail("taro@example.jp", "二通目"))
        mails = read_all(open_mailbox(home))
        assert [(mail.to, mail.subject) for mail in mails] == [
            ("taro@example.jp", "二通目"),
            ("hanako@example.jp", "一通目"),
        ]
    finally:
        end(process)
    assert process.returncode == 0


def answers(port: int) -> bool:
    try:
        smtplib.SMTP("127.0.0.1", port).quit()
    except OSError:
        return False
    return True


def test_the_json_gives_one_persons_mails_newest_first(home: Path, pages: Client) -> None:
    put(
        home,
        a_mail("hanako@example.jp", "一"),
        a_mail("taro@example.jp", "二"),
        a_mail("Hanako@example.jp", "三"),
    )
    found = pages.get("/inbox.json", {"to": "hanako@example.jp"}).json()
    assert [mail["subject"] for mail in found] == ["三", "一"]
    assert found[1].keys() == {"to", "subject", "text", "sent_at"}
    assert found[1]["text"].strip() == "一の本文です。"
    assert len(pages.get("/inbox.json").json()) == 3
    assert pages.get("/inbox.json", {"to": "nobody@example.jp"}).json() == []


def test_text_has_line_ends_as_text_has_them(home: Path, pages: Client) -> None:
    """Mails travel with CR LF; who looks for a line of digits must find it."""
    mail = a_mail("hanako@example.jp", "一")
    mail.get_body(("plain",)).set_content("ワンタイムパスワード\n\n4821\n")  # type: ignore[union-attr]
    keep(open_mailbox(home), mail.as_bytes(policy=policy.SMTP))
    (found,) = pages.get("/inbox.json").json()
    assert found["text"] == "ワンタイムパスワード\n\n4821\n"


def test_the_page_lists_mails_or_says_that_there_are_none(home: Path, pages: Client) -> None:
    assert "まだメールはありません" in pages.get("/inbox/").text
    put(home, a_mail("hanako@example.jp", "決済完了のお知らせ"))
    page = pages.get("/inbox/")
    assert "決済完了のお知らせ" in page.text
    assert "小山市共通商品券" in page.text
    assert "決済完了" not in pages.get("/inbox/", {"to": "taro@example.jp"}).text


def test_a_mails_html_is_caged(home: Path, pages: Client) -> None:
    put(home, a_mail("hanako@example.jp", "<i>題</i>", "<script>alert(1)</script><p>本文</p>"))
    (mail,) = read_all(open_mailbox(home))
    page = pages.get(f"/inbox/{mail.key}/")
    assert "<i>題</i>" not in page.text
    assert "<script>alert" not in page.text
    assert f'sandbox src="/inbox/{mail.key}/html/"' in page.text
    assert "unsafe-inline" not in page["Content-Security-Policy"]
    html = pages.get(f"/inbox/{mail.key}/html/")
    policy = html["Content-Security-Policy"].split("; ")
    assert "sandbox" in policy
    assert "default-src 'none'" in policy
    assert not any(rule.startswith("script-src") for rule in policy)
    assert html["X-Frame-Options"] == "SAMEORIGIN"


@pytest.mark.parametrize("path", ["/inbox/nothing/", "/inbox/../html/", "/inbox/%00/html/"])
def test_a_mail_that_is_not_there_is_not_found(pages: Client, path: str) -> None:
    assert pages.get(path).status_code == 404


@pytest.mark.parametrize("path", ["/inbox/", "/inbox.json", "/inbox/x/", "/inbox/x/html/"])
def test_other_installations_have_no_inbox(path: str) -> None:
    """The URLs of a live installation lead nowhere with it, but to an issuer called so."""
    try:
        found = resolve(path, urlconf="hansatsu.config.urls")
    except Resolver404:
        return
    assert not found.func.__module__.startswith("hansatsu.demo")
