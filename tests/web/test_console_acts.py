"""What support does with wallets, cards, payments and mails: for a reason, once, on record."""

import re
from datetime import timedelta

import pytest

from hansatsu.database.connections import ledger_connection
from hansatsu.flows.accounts.leaving import leave
from hansatsu.flows.printouts.models import PrintFile
from hansatsu.ledger import api as ledger
from hansatsu.messages.mail.models import Mail
from hansatsu.messages.relay.relay import relay_batch
from hansatsu.parties import clock
from hansatsu.parties.cards.models import Card
from hansatsu.parties.identity.devices import devices_of
from hansatsu.parties.issuers.models import AuditEntry
from hansatsu.parties.wallets.selectors import total_balance
from tests.support.clerks import Desk
from tests.support.clients import words
from tests.support.racing import race
from tests.town import Town, make_town


class Case:
    """A town with value in hanako's wallet, and support at work."""

    def __init__(self) -> None:
        self.town: Town = make_town()
        self.resident = self.town.resident
        self.town.charge(self.resident, self.town.all_shops, 1000)
        self.desk = Desk(self.town.issuer, "support")
        self.page = f"support/residents/{self.resident.pk}/"

    def lines(self, act: str) -> list[AuditEntry]:
        return list(AuditEntry.objects.of(self.town.issuer).filter(act=act).order_by("pk"))

    def key(self, page: str) -> str:
        """The key that the form of a page is shown with."""
        found = re.search(r'name="key" value="([^"]+)"', words(self.desk.get(page)))
        assert found is not None
        return found[1]

    def do(self, page: str, reason: str = "本人から電話", **form: str) -> str:
        """Fill in a form as it is shown, and send it twice."""
        form = {"reason": reason, "key": self.key(page), **form}
        answers = [self.desk.post(page, form) for _ in range(2)]
        assert [answer.status_code for answer in answers] == [303, 303], words(answers[0])
        assert answers[0]["Location"] == answers[1]["Location"]
        return str(answers[0]["Location"])

    def state(self, wallet_id: int) -> str | None:
        return ledger.wallet_state(ledger_connection(), self.town.issuer.pk, wallet_id)

    def held(self, wallet_id: int) -> int:
        return total_balance(self.town.issuer, wallet_id)


@pytest.fixture
def case() -> Case:
    return Case()


def test_a_wallet_is_frozen_and_unfrozen(case: Case) -> None:
    wallet = case.resident.wallet_id
    case.do(f"{case.page}freeze/")
    assert case.state(wallet) == "frozen"
    assert case.town.pay(case.resident, case.town.shop, 100).outcome == "frozen"
    (line,) = case.lines("wallet_frozen")
    assert (line.before, line.after) == ({"wallet": "open"}, {"wallet": "frozen"})
    assert (line.reason, line.subject) == ("本人から電話", f"resident:{case.resident.pk}")
    assert "停止中" in words(case.desk.get(case.page))
    case.do(f"{case.page}unfreeze/")
    assert case.state(wallet) == "open"
    assert case.town.pay(case.resident, case.town.shop, 100).outcome == "paid"
    assert len(case.lines("wallet_unfrozen")) == 1


def test_without_a_reason_nothing_is_done(case: Case) -> None:
    card = case.town.card(500)[1]
    number = case.town.pay(case.resident, case.town.shop, 100).number
    pages = [
        *(f"{case.page}{act}/" for act in ("freeze", "unfreeze", "devices")),
        *(f"support/cards/{card.pk}/{act}/" for act in ("stop", "resume", "reissue")),
        f"support/payments/{number}/refund/",
    ]
    for page in pages:
        assert case.desk.post(page, {"reason": " ", "amount": "100"}).status_code == 422, page
    assert (case.state(case.resident.wallet_id), case.state(card.wallet_id)) == ("open", "open")
    assert case.held(case.resident.wallet_id) == 900
    assert {line.act for line in AuditEntry.objects.of(case.town.issuer)} == {"log_in"}


def test_what_is_so_already_leaves_no_line(case: Case) -> None:
    answer = case.desk.post(f"{case.page}unfreeze/", {"reason": "念のため"})
    assert answer.status_code == 303
    assert "変わったことはありません" in words(case.desk.get(case.page))
    assert case.lines("wallet_unfrozen") == []


def test_who_has_left_is_not_let_in_again(case: Case) -> None:
    assert leave(case.resident, shown_balance=1000, address="192.0.2.1") == "left"
    case.desk.post(f"{case.page}unfreeze/", {"reason": "頼まれた"})
    assert "退会した方" in words(case.desk.get(case.page))
    assert case.state(case.resident.wallet_id) == "frozen"
    assert case.lines("wallet_unfrozen") == []


def test_a_lost_phone_is_ended(case: Case) -> None:
    case.town.device()
    case.town.device()
    page = words(case.desk.get(f"{case.page}devices/"))
    assert "2台" in page
    assert "Phone、Phone" in page
    assert "Phone, Phone" in words(case.desk.get(f"{case.page}devices/?languageCd=en"))
    case.do(f"{case.page}devices/")
    assert devices_of(case.resident) == []
    (line,) = case.lines("devices_revoked")
    assert line.after["count"] == len(line.after["devices"]) == 2


def test_a_card_is_stopped_and_resumed(case: Case) -> None:
    card = case.town.card(500)[1]
    page = f"support/cards/{card.pk}/"
    case.do(f"{page}stop/")
    assert case.state(card.wallet_id) == "frozen"
    case.do(f"{page}resume/")
    assert case.state(card.wallet_id) == "open"
    assert [len(case.lines(act)) for act in ("card_stopped", "card_resumed")] == [1, 1]


def test_a_lost_card_is_reissued_and_its_file_is_somebody_elses_to_take(case: Case) -> None:
    card = case.town.card(500)[1]
    to = case.do(f"support/cards/{card.pk}/reissue/")
    card.refresh_from_db()
    new = card.replaced_by
    assert new is not None
    assert to == f"/console/support/cards/{new.pk}/"
    assert (case.held(card.wallet_id), case.held(new.wallet_id)) == (0, 500)
    (line,) = case.lines("card_reissued")
    assert (line.before, line.after) == (
        {"card": f"…{card.last_four}"},
        {"card": f"…{new.last_four}", "amount": 500},
    )
    file = f"support/cards/{new.pk}/file/"
    assert file not in words(case.desk.get(to))
    assert case.desk.post(file, {"reason": "印刷する"}).status_code == 403
    operator = Desk(case.town.issuer, "operator")
    assert f'href="{to}"' in words(operator.get(""))
    assert file in words(operator.get(to))
    given = operator.post(file, {"reason": "印刷する"})
    assert given.content.startswith(b"%PDF")
    again = operator.post(
        file, {"reason": "途中で切れた"}
    )  # for the same person, until it is saved
    assert again.content == given.content
    owner = Desk(case.town.issuer, "owner")
    assert "もう受け取られています" in words(owner.post(file, {"reason": "印刷する"}))
    assert "まだダウンロードしていません" in after_saving(owner, file)
    assert "1個のファイルをサーバーから消しました" in after_saving(operator, file)
    assert PrintFile.objects.of(case.town.issuer).get(card=new).sealed is None
    assert operator.post(file, {"reason": "印刷する"}).status_code == 422
    for somebody in (operator, owner):  # pressed again, or too late
        assert "すでにサーバーから消えています" in after_saving(somebody, file)
    assert file not in words(operator.get(to))
    assert [len(case.lines(act)) for act in ("card_file_taken", "files_saved")] == [2, 1]


def after_saving(desk: Desk, file: str) -> str:
    answer = desk.post(file, {"saved": "1"})
    assert answer.status_code == 303
    return words(desk.get(answer["Location"]))


def test_who_reissues_a_card_does_not_get_its_file(case: Case) -> None:
    desk = Desk(case.town.issuer, "owner")
    card = case.town.card(500)[1]
    desk.post(f"support/cards/{card.pk}/reissue/", {"reason": "紛失"})
    new = Card.objects.of(case.town.issuer).latest("pk")
    waiting = PrintFile.objects.of(case.town.issuer).get(card=new)
    for page in (f"support/cards/{new.pk}/file/", f"files/{waiting.pk}/"):
        assert "再発行した本人は受け取れません" in words(desk.get(page))
        answer = desk.post(page, {"reason": "印刷する"})
        assert not answer.content.startswith(b"%PDF")
    waiting.refresh_from_db()
    assert (waiting.sealed is None, waiting.downloaded_by) == (False, "")
    assert case.lines("card_file_taken") == []
    assert f"support/cards/{new.pk}/" not in words(desk.get(""))


def mails(case: Case) -> list[Mail]:
    return list(Mail.objects.of(case.town.issuer).filter(resident=case.resident).order_by("pk"))


def test_a_resident_is_told_when_the_wallet_stops_and_goes_on(case: Case) -> None:
    before = len(mails(case))
    case.do(f"{case.page}freeze/", reason="内部の事情")
    case.do(f"{case.page}unfreeze/")
    stopped, resumed = mails(case)[before:]
    assert (stopped.kind, resumed.kind) == ("wallet_stopped", "wallet_resumed")
    assert "ウォレットの停止のお知らせ" in stopped.subject
    assert "残高はそのままです" in stopped.text
    assert case.town.issuer.office_phone in stopped.text
    assert "内部の事情" not in stopped.text
    assert "ウォレットの再開のお知らせ" in resumed.subject
    assert stopped.to == case.resident.email


def test_a_resident_is_told_when_all_devices_end_in_their_language(case: Case) -> None:
    case.resident.language = "en"
    case.resident.save()
    case.desk.post(f"{case.page}devices/", {"reason": "念のため"})
    assert mails(case)[-1:] == [] or mails(case)[-1].kind != "devices_ended"  # there was none
    case.town.device()
    case.do(f"{case.page}devices/")
    (told,) = [mail for mail in mails(case) if mail.kind == "devices_ended"]
    assert "Your devices were logged out" in told.subject
    assert f"/{case.town.issuer.code}/login/" in told.text


def test_nobody_is_told_of_what_was_so_already(case: Case) -> None:
    before = len(mails(case))
    case.desk.post(f"{case.page}unfreeze/", {"reason": "念のため"})
    assert len(mails(case)) == before


def test_two_who_reissue_at_once_make_one_card(case: Case) -> None:
    card = case.town.card(500)[1]
    desks = [case.desk, Desk(case.town.issuer, "operator")]
    form = {"reason": "紛失"}
    page = f"support/cards/{card.pk}/reissue/"
    answers = race(lambda place: desks[place].post(page, form), callers=2)
    assert len({answer["Location"] for answer in answers}) == 1
    assert len(case.lines("card_reissued")) == 1


def refund_form(case: Case, page: str, amount: str) -> dict[str, str]:
    """The confirm page's form."""
    form = {"amount": amount, "reason": "店の打ち間違い", "key": case.key(page)}
    shown = words(case.desk.post(page, form))
    assert "返金の確認" in shown
    return form_of(shown)


def form_of(confirm: str) -> dict[str, str]:
    """The hidden fields of a confirm page."""
    fields = {name: f'name="{name}" value="([^"]+)"' for name in ("token", "left")}
    found = {name: re.search(pattern, confirm) for name, pattern in fields.items()}
    return {name: field[1] for name, field in found.items() if field is not None}


def test_a_payment_is_refunded_once(case: Case) -> None:
    number = case.town.pay(case.resident, case.town.shop, 700).number or ""
    page = f"support/payments/{number}/refund/"
    form = refund_form(case, page, "５００")
    assert case.held(case.resident.wallet_id) == 300  # nothing yet
    for _ in range(2):
        assert case.desk.post(page, form).status_code == 303
    assert case.held(case.resident.wallet_id) == 800
    (line,) = case.lines("refund")
    assert (line.subject, line.reason) == (f"payment:{number}", "店の打ち間違い")
    assert line.after["amount"] == 500
    too_much = case.desk.post(page, {"amount": "201", "reason": "もっと", "key": case.key(page)})
    assert too_much.status_code == 422
    assert "返せる金額を超えています" in words(too_much)
    stranger = Desk(case.town.issuer, "support")
    assert stranger.post(page, form).status_code == 404
    assert case.held(case.resident.wallet_id) == 800


def test_a_refund_says_what_belongs_to_a_charge_that_was_taken_back(case: Case) -> None:
    town, wallet = case.town, case.resident.wallet_id
    number = town.pay(case.resident, town.shop, 700).number or ""
    (charge,) = ledger.history(
        ledger_connection(), town.issuer.pk, wallet, kinds=["issue"], limit=1
    )
    reversal = ledger.Reversal(
        ledger.Request.of("test", number), town.issuer.pk, wallet, charge.seq
    )
    assert ledger.reverse_issue(ledger_connection(), reversal).reversed
    page = f"support/payments/{number}/refund/"
    form = {"amount": "500", "reason": "打ち間違い", "key": case.key(page)}
    assert "500円はチャージが取り消されているため、使えません。" in words(
        case.desk.post(page, form)
    )


def test_of_two_confirm_pages_the_second_is_asked_again(case: Case) -> None:
    number = case.town.pay(case.resident, case.town.shop, 700).number or ""
    page = f"support/payments/{number}/refund/"
    first, second = (refund_form(case, page, "200") for _ in range(2))
    assert case.desk.post(page, first).status_code == 303
    again = case.desk.post(page, second)
    assert again.status_code == 200
    shown = words(again)
    assert "この画面を開いたあとに、この決済からお返しがありました" in shown
    assert f"に200円({case.desk.staff.display_name})" in shown
    assert "もう一度返金する" in shown
    assert case.held(case.resident.wallet_id) == 500
    assert len(case.lines("refund")) == 1
    for _ in range(2):
        assert case.desk.post(page, form_of(shown)).status_code == 303
    assert case.held(case.resident.wallet_id) == 700
    assert len(case.lines("refund")) == 2


def test_a_form_that_was_open_before_a_refund_is_told_of_it(case: Case) -> None:
    number = case.town.pay(case.resident, case.town.shop, 700).number or ""
    page = f"support/payments/{number}/refund/"
    form = {"amount": "200", "reason": "返品", "key": case.key(page), "left": "700"}
    case.town.refund(number, 300)
    assert "に300円(事務局)" in words(case.desk.post(page, form))


def test_a_mail_is_sent_again_to_the_address_of_now(case: Case) -> None:
    case.town.pay(case.resident, case.town.shop, 100)
    while relay_batch():
        pass
    mail = Mail.objects.of(case.town.issuer).filter(kind="payment").get()
    Mail.objects.filter(pk=mail.pk).update(state="bounced")
    case.resident.email = "new@example.jp"
    case.resident.save()
    page = f"support/mails/{mail.pk}/resend/"
    assert page in words(case.desk.get(case.page))
    shown = words(case.desk.get(page))
    assert "h***@example.jp" in shown
    assert "new@example.jp" not in shown
    case.do(page)
    again = Mail.objects.get(again_of=mail)
    assert (again.to, again.text, again.state) == ("new@example.jp", mail.text, "queued")
    (line,) = case.lines("mail_resent")
    assert line.after == {"address_changed": True}
    assert "メールの再送" in words(case.desk.get(case.page))


def test_a_mail_is_sent_again_and_again_but_not_twice_at_once(
    case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    case.town.pay(case.resident, case.town.shop, 100)
    while relay_batch():
        pass
    mail = Mail.objects.of(case.town.issuer).filter(kind="payment").get()
    Mail.objects.filter(pk=mail.pk).update(state="sent")
    page = f"support/mails/{mail.pk}/resend/"
    case.do(page)
    assert (mail.agains.count(), len(case.lines("mail_resent"))) == (1, 1)
    later = clock.now() + timedelta(minutes=2)
    monkeypatch.setattr(clock, "now", lambda: later)
    case.desk.post(page, {"reason": "まだ届かない"})
    assert (mail.agains.count(), len(case.lines("mail_resent"))) == (2, 2)


@pytest.mark.parametrize(
    ("change", "said"),
    [({"has_secret": True, "state": "sent"}, "やり直し"), ({"state": "failed"}, "送信の途中")],
)
def test_some_mails_are_not_sent_again(case: Case, change: dict[str, object], said: str) -> None:
    case.town.pay(case.resident, case.town.shop, 100)
    while relay_batch():
        pass
    mail = Mail.objects.of(case.town.issuer).filter(kind="payment").get()
    Mail.objects.filter(pk=mail.pk).update(**change)
    answer = case.desk.post(f"support/mails/{mail.pk}/resend/", {"reason": "届かない"})
    assert answer.status_code == 422
    assert said in words(answer)
    assert not Mail.objects.filter(again_of=mail).exists()
    assert case.lines("mail_resent") == []
