"""メール: what was sent, and what did not arrive, without an address or a word of its text."""

import pytest

from hansatsu.messages.mail.models import Mail
from hansatsu.messages.relay.relay import relay_batch
from tests.support.clerks import Desk
from tests.support.clients import words
from tests.town import Town, make_town

REFUSED = "{'hanako@example.jp': (550, b'5.1.1 <hanako@example.jp>: user unknown')}"


@pytest.fixture
def town() -> Town:
    town = make_town()
    town.charge(town.resident, town.all_shops, 1000)
    town.pay(town.resident, town.shop, 123)
    while relay_batch():
        pass
    return town


def paid(town: Town) -> Mail:
    return Mail.objects.of(town.issuer).filter(kind="payment").get()


def test_a_mail_that_did_not_arrive_is_found_and_names_nobody(town: Town) -> None:
    mail = paid(town)
    Mail.objects.filter(pk=mail.pk).update(
        state="bounced", attempts=3, to="hanako@example.jp", last_error=REFUSED
    )
    desk = Desk(town.issuer, "support")
    lists = [desk.get("mail/?state=bounced"), desk.get("mail/?q=HANAKO@example.jp")]
    page = desk.get(f"mail/{mail.pk}/")
    story = desk.get(f"support/residents/{town.resident.pk}/")
    for answer in (*lists, page):
        assert mail.subject in words(answer)
        assert "h***@example.jp" in words(answer)
        assert "123円" not in words(answer)
    for answer in (lists[0], page, story):
        assert "hanako@example.jp" not in words(answer)
    for answer in (page, story):
        assert "5.1.1" in words(answer)
    assert f"/console/support/mails/{mail.pk}/resend/" in words(page)


def test_another_issuers_mails_are_not_there(town: Town) -> None:
    desk = Desk(make_town().issuer, "support")
    assert paid(town).subject not in words(desk.get("mail/"))
    assert desk.get(f"mail/{paid(town).pk}/").status_code == 404


def test_a_mail_that_opens_an_account_is_not_sent_again(town: Town) -> None:
    mail = paid(town)
    Mail.objects.filter(pk=mail.pk).update(state="sent", has_secret=True)
    assert "/resend/" not in words(Desk(town.issuer, "support").get(f"mail/{mail.pk}/"))
