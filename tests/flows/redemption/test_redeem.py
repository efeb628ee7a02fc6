"""チャージ (QRコード): what is found, for whom, and that it is taken once (G13, G8)."""

from datetime import date, timedelta

import pytest

from hansatsu.database.connections import ledger_connection
from hansatsu.flows.redemption.lookup import Found, Reading, read
from hansatsu.flows.redemption.offers import Offer, offer
from hansatsu.flows.redemption.redeem import take
from hansatsu.flows.redemption.tokens import seal, unseal
from hansatsu.formats.qr.bearer_code import new_code
from hansatsu.ledger import api as ledger
from hansatsu.messages.mail.models import Mail
from hansatsu.messages.relay.relay import relay_batch
from hansatsu.parties import clock
from hansatsu.parties.cards.stopping import stop_card
from hansatsu.parties.gifts.expiry import Expiry
from hansatsu.parties.gifts.services import void_gift
from hansatsu.parties.issuers.models import Alarm
from hansatsu.parties.wallets.selectors import balance_page, history_page, in_japan, total_balance
from tests.support.at_the_till import pay_by_code
from tests.town import Town, make_town

HERE = "192.0.2.1"


@pytest.fixture
def town() -> Town:
    return make_town(cards_may_be_taken=True)


@pytest.fixture
def address(town: Town) -> str:
    """An address that nobody else guesses from."""
    return f"10.{town.issuer.pk >> 16 & 255}.{town.issuer.pk >> 8 & 255}.{town.issuer.pk & 255}"


def find(town: Town, code: str, address: str) -> Found:
    reading = read(town.resident, code, address=address)
    assert reading.found is not None, reading
    return reading.found


def held(town: Town) -> int:
    return total_balance(town.issuer, town.resident.wallet_id)


def test_a_gift_is_seen_taken_told_and_in_the_history(town: Town, address: str) -> None:
    code, gift = town.gift(
        values=[(town.all_shops, 2000), (town.small_shops, 1000)], expiry=Expiry(after=6)
    )
    found = find(town, code, address)
    seen = offer(town.resident, found)
    assert (seen.standing, seen.total, seen.months) == ("open", 3000, 6)
    assert held(town) == 0

    assert take(town.resident, found) == "done"
    lots = balance_page(town.issuer, town.resident.wallet_id).lots
    last = Expiry(after=6).last_day(in_japan(clock.now()).date())
    assert sorted((lot.emoney, lot.balance, lot.expires_on) for lot in lots) == [
        ("中小店舗限定", 1000, last),
        ("全店共通", 2000, last),
    ]
    (row,) = history_page(town.issuer, town.resident.wallet_id, show="charges").rows
    assert (row.kind, row.amount) == ("issue", 3000)
    gift.refresh_from_db()
    assert (gift.state, gift.taken_by) == ("taken", town.resident)

    while relay_batch():
        pass
    (mail,) = Mail.objects.of(town.issuer)
    assert mail.subject.endswith("チャージ完了のお知らせ")
    assert "3,000円" in mail.text


def test_a_gift_is_taken_once_and_the_taker_is_told_so(town: Town, address: str) -> None:
    code, _ = town.gift()
    found = find(town, code, address)
    assert take(town.resident, found) == "done"
    assert take(town.resident, found) == "taken"
    assert held(town) == 3000
    assert offer(town.resident, find(town, code, address)).standing == "taken"


def test_unknown_void_and_somebody_elses_are_told_alike(town: Town, address: str) -> None:
    other = town.add_resident("kaoru")
    used, _ = town.gift()
    take(other, find(town, used, address))
    void, gift = town.gift()
    void_gift(gift, reason="test")
    foreign, _ = make_town().gift()
    card, _ = town.card(500)
    take(other, find(town, card, address))
    kaoru = [used, card]
    for code in (new_code("G"), new_code("C"), void, foreign):
        assert read(other, code, address=address) == Reading("unknown")
    for code in kaoru:
        assert read(town.resident, code, address=address) == Reading("unknown")


def test_a_page_that_was_opened_before_somebody_else_took_it(town: Town, address: str) -> None:
    code, _ = town.gift()
    found = find(town, code, address)
    take(town.add_resident("kaoru"), found)
    assert offer(town.resident, found).standing == "gone"
    assert take(town.resident, found) == "gone"
    assert held(town) == 0


def test_a_gift_has_its_window(town: Town, address: str) -> None:
    now = clock.now()
    early, _ = town.gift(takeable_from=now + timedelta(days=1))
    late, _ = town.gift(takeable_from=now - timedelta(days=9), takeable_until=now)
    dead, _ = town.gift(expiry=Expiry(on=date(2020, 3, 31)))
    for code, standing in [(early, "not_yet"), (late, "too_late"), (dead, "expired")]:
        assert take(town.resident, find(town, code, address)) == standing
    assert held(town) == 0


def test_a_full_wallet_takes_nothing_and_the_code_stays_good(address: str) -> None:
    town = make_town(limits=ledger.Limits(holding=2999), cards_may_be_taken=True)
    code, gift = town.gift()
    assert take(town.resident, find(town, code, address)) == "over_limit"
    card_code, card = town.card(2000)
    town.charge(town.resident, town.all_shops, 1000)
    assert take(town.resident, find(town, card_code, address)) == "over_limit"
    gift.refresh_from_db()
    card.refresh_from_db()
    assert (gift.state, card.state, held(town)) == ("ready", "issued", 1000)
    assert total_balance(town.issuer, card.wallet_id) == 2000


def test_a_card_moves_whole_into_the_wallet_and_pays_no_more(town: Town, address: str) -> None:
    code, card = town.card(1000)
    town.charge(card, town.small_shops, 500)
    paid = pay_by_code(town, code, 300)
    found = find(town, code, address)
    assert offer(town.resident, found).total == 1200
    assert take(town.resident, found) == "done"
    assert held(town) == 1200
    assert take(town.resident, found) == "taken"
    assert offer(town.resident, found).standing == "taken"
    from tests.support.at_the_till import read as read_at_till

    assert read_at_till(town, code).outcome == "card_replaced"
    town.refund(paid.number)
    assert held(town) == 1500
    while relay_batch():
        pass
    mails = Mail.objects.of(town.issuer).filter(resident=town.resident)
    assert sorted(mail.kind for mail in mails) == ["refund", "transfer_in"]


def test_a_card_that_cannot_be_taken_stays_as_it_is(town: Town, address: str) -> None:
    stopped, card = town.card(1000)
    stop_card(card, actor="staff:1", reason="test")
    empty, _ = town.card()
    assert take(town.resident, find(town, stopped, address)) == "stopped"
    assert take(town.resident, find(town, empty, address)) == "empty"
    strict = make_town()
    code, kept = strict.card(1000)
    assert take(strict.resident, find(strict, code, address)) == "not_allowed"
    assert (held(town), held(strict)) == (0, 0)
    assert total_balance(town.issuer, card.wallet_id) == 1000
    assert total_balance(strict.issuer, kept.wallet_id) == 1000


def test_a_slip_does_not_count_and_guesses_are_stopped_with_an_alarm(
    town: Town, address: str
) -> None:
    code, _ = town.gift()
    mistyped = code[:-1] + ("0" if code[-1] != "0" else "1")
    for text in ["", "S0001", "12345678901234567890", mistyped] * 3:
        assert read(town.resident, text, address=address).outcome == "not_a_code"
    assert read(town.resident, new_code("P"), address=address).outcome == "purchase_code"
    for _ in range(4):
        assert read(town.resident, new_code("G"), address=address).outcome == "unknown"
        assert read(town.resident, code, address=address).outcome == "found"
    assert not Alarm.objects.of(town.issuer).exists()
    assert read(town.resident, new_code("G"), address=address).outcome == "unknown"
    stopped = read(town.resident, code, address=address)
    assert stopped.outcome == "too_many"
    assert 0 < stopped.wait_seconds <= 60
    (alarm,) = Alarm.objects.of(town.issuer)
    assert (alarm.kind, alarm.subject) == ("wrong_gift_codes", f"resident:{town.resident.pk}")


def test_one_address_guesses_for_many_accounts_and_is_stopped(town: Town, address: str) -> None:
    for place in range(13):
        resident = town.add_resident(f"guesser{place}")
        for _ in range(4):
            read(resident, new_code("G"), address=address)
    assert read(town.resident, town.gift()[0], address=address).outcome == "too_many"
    (alarm,) = Alarm.objects.of(town.issuer)
    assert alarm.subject.startswith("address:10.")
    assert not alarm.subject.endswith(address)


def test_what_is_sealed_opens_for_its_resident_alone(town: Town) -> None:
    found = Found("gift", 7)
    token = seal(town.resident, found)
    assert unseal(town.resident, token) == found
    assert unseal(town.add_resident("kaoru"), token) is None
    assert unseal(town.resident, token + "x") is None


def test_nothing_is_kept_of_a_look(town: Town, address: str) -> None:
    code, gift = town.gift()
    before: Offer = offer(town.resident, find(town, code, address))
    assert offer(town.resident, find(town, code, address)) == before
    gift.refresh_from_db()
    assert gift.state == "ready"
    assert ledger.find_request(ledger_connection(), f"gift:{gift.pk}", "take") is None
