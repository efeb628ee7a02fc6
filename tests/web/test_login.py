"""Logging in, page by page, without a browser."""

from datetime import timedelta
from unittest import mock

import psycopg
import pytest
from django.test import Client

from hansatsu.flows.accounts.saved_devices import cookie_name
from hansatsu.ledger import api as ledger
from hansatsu.messages.mail.models import Mail
from hansatsu.parties import clock
from hansatsu.parties.identity.guess_alarms import masked_address
from hansatsu.parties.identity.models import Device, Event, LogIn, MailedLink, Puzzle, Resident
from hansatsu.parties.issuers.models import Alarm
from tests.support.clients import Visitor, words
from tests.support.log_ins import (
    begin,
    pass_check,
    right_digits,
    solved,
    walk_in,
    wrong_digits,
)
from tests.town import PASSWORD, Town, make_town

pytestmark = pytest.mark.usefixtures("quickly")


@pytest.fixture
def visitor(town: Town) -> Visitor:
    return at_home(town)


def at_home(town: Town) -> Visitor:
    """A browser at an address of this town's own, so that tests do not add up."""
    return Visitor(town.issuer, REMOTE_ADDR=f"house of {town.issuer.code}")


def later(connection: psycopg.Connection, by: timedelta) -> None:
    """Have the ledger's clock show a later time."""
    ledger.set_clock(connection, clock.now() + by)


def is_in(visitor: Visitor) -> bool:
    return visitor.get("balance/").status_code == 200


def mails(town: Town, kind: str) -> list[Mail]:
    return list(Mail.objects.of(town.issuer).filter(kind=kind).order_by("pk"))


def code_in(mail: Mail) -> str:
    (line,) = (each for each in mail.text.splitlines() if each.strip().isdecimal())
    return line.strip()


def ways(text: str) -> list[str]:
    """The paths of the log-in links in a mail."""
    return ["/" + line.split("/", 3)[3] for line in text.splitlines() if "/login/link/" in line]


# --- the way in -------------------------------------------------------------------------


def test_id_puzzle_password_and_digits_lead_to_the_top_page(town: Town, visitor: Visitor) -> None:
    assert begin(visitor, "ＨＡＮＡＫＯ")["Location"] == visitor.address("login/check/")
    page = visitor.get("login/check/")
    for said in ["認証", "パズル認証", "パスワード", "ログイン状態を保存", "no-store"]:
        assert said in words(page) + page["Cache-Control"]
    assert pass_check(visitor)["Location"] == visitor.address("login/code/")
    assert not is_in(visitor)
    assert "ha****@example.jp" in words(visitor.get("login/code/"))
    (mail,) = mails(town, "one_time")
    assert mail.subject == "【小山市共通商品券】ワンタイムパスワードのお知らせ"
    answer = visitor.post("login/code/", {"code": code_in(mail)})
    assert (answer.status_code, answer["Location"]) == (303, visitor.address(""))
    assert is_in(visitor)


def test_full_width_digits_with_spaces_are_read(town: Town, visitor: Visitor) -> None:
    begin(visitor)
    pass_check(visitor)
    wide = right_digits(town.resident).translate(
        str.maketrans("0123456789", "０１２３４５６７８９")
    )
    assert visitor.post("login/code/", {"code": f" {wide[:2]}　{wide[2:]} "}).status_code == 303
    assert is_in(visitor)


@pytest.mark.parametrize("page", ["", "scan/", "pay/S0001", "balance/", "history/?show=payments"])
def test_a_stranger_is_led_in_and_back_to_the_page(town: Town, visitor: Visitor, page: str) -> None:
    to_log_in = visitor.get(page)
    assert to_log_in.status_code == 303
    assert 'name="next"' in words(visitor.get(to_log_in["Location"]))
    begin(visitor, next=visitor.address(page))
    pass_check(visitor)
    back = visitor.post("login/code/", {"code": right_digits(town.resident)})
    assert (back.status_code, back["Location"]) == (303, visitor.address(page))


@pytest.mark.parametrize(
    "wanted",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "{top}../other/",
        "{top}..//evil.example/",
        "{top}%2e%2E/other/",
        "javascript:alert(1)",
        "/",
        "{top}login/",
        "{top}logout/",
        "{top}x\r\nSet-Cookie: a=b",
        "{top}" + "x" * 2000,
    ],
)
def test_the_log_in_leads_to_no_other_site(town: Town, visitor: Visitor, wanted: str) -> None:
    begin(visitor, next=wanted.format(top=visitor.address("")))
    pass_check(visitor)
    back = visitor.post("login/code/", {"code": right_digits(town.resident)})
    assert back["Location"] == visitor.address("")


def test_whoever_is_in_needs_no_log_in(town: Town) -> None:
    visitor = Visitor.logged_in(town.resident)
    wanted = visitor.address("scan/")
    assert visitor.get("login/", {"next": wanted})["Location"] == wanted


def test_an_empty_id_is_told_beside_the_field(visitor: Visitor) -> None:
    answer = begin(visitor, " 　")
    assert answer.status_code == 422
    assert "ログインIDを入力してください。" in words(answer)
    assert not LogIn.objects.of(visitor.issuer).exists()


def test_pages_in_the_middle_lead_to_the_beginning(town: Town, visitor: Visitor) -> None:
    for page in ["login/check/", "login/code/"]:
        assert visitor.get(page)["Location"] == visitor.address("login/?again=late")
    begin(visitor)
    assert visitor.get("login/code/")["Location"] == visitor.address("login/check/")
    assert visitor.post("login/code/", {"code": "0000"})["Location"].endswith("login/check/")
    assert not is_in(visitor)


def test_a_log_in_that_takes_too_long_starts_anew(
    town: Town, visitor: Visitor, clock_connection: psycopg.Connection
) -> None:
    begin(visitor)
    pass_check(visitor)
    later(clock_connection, timedelta(minutes=31))
    answer = visitor.post("login/code/", {"code": right_digits(town.resident)})
    assert answer["Location"] == visitor.address("login/?again=late")
    assert "時間が過ぎた" in words(visitor.get(answer["Location"]))
    assert not is_in(visitor)


def test_every_step_in_english(town: Town, visitor: Visitor) -> None:
    emma = town.add_resident("emma", language="en")
    visitor.get("login/", {"languageCd": "en"})
    begin(visitor, "emma")
    assert '<html lang="en">' in words(visitor.get("login/check/"))
    pass_check(visitor)
    assert '<html lang="en">' in words(visitor.get("login/code/"))
    (mail,) = mails(town, "one_time")
    assert (mail.language, code_in(mail)) == ("en", right_digits(emma))


# --- nobody learns which IDs there are ---------------------------------------------------


def plainly(visitor: Visitor, page: str) -> str:
    """A page without what differs each time it is made."""
    import re

    changing = r'(name="csrfmiddlewaretoken" value|name="puzzle" value|src|value)="[^"]*"'
    return re.sub(changing, "", page)


def test_an_unknown_id_gets_the_same_pages_and_words(town: Town) -> None:
    seen = []
    for login_id in ["hanako", "nobody"]:
        visitor = Visitor(town.issuer, REMOTE_ADDR=f"{login_id} of {town.issuer.code}")
        first = begin(visitor, login_id)
        check = visitor.get("login/check/")
        refused = pass_check(visitor, "wrong")
        seen.append(
            (
                first.status_code,
                first["Location"],
                plainly(visitor, words(check)),
                refused.status_code,
                plainly(visitor, words(refused)),
            )
        )
        assert not is_in(visitor)
    assert seen[0] == seen[1]
    assert "ログインIDまたはパスワードが違います。" in seen[0][4]
    assert mails(town, "one_time") == []


def test_a_wrong_password_is_recorded_and_makes_no_resident(town: Town, visitor: Visitor) -> None:
    begin(visitor)
    pass_check(visitor, "wrong")
    assert LogIn.objects.of(town.issuer).get().resident is None
    assert Event.objects.of(town.issuer).get(kind="log_in_refused").resident == town.resident


def test_after_five_wrong_passwords_the_page_says_how_long_to_wait(
    town: Town, visitor: Visitor
) -> None:
    begin(visitor)
    for _ in range(5):
        pass_check(visitor, "wrong")
    answer = pass_check(visitor)
    assert answer.status_code == 422
    assert "約1分後にもう一度お試しください。" in words(answer)
    assert mails(town, "one_time") == []
    assert Event.objects.of(town.issuer).filter(kind="log_in_blocked").exists()


# --- the puzzle --------------------------------------------------------------------------


@pytest.mark.parametrize(("off", "is_right"), [(0, True), (6, True), (-6, True), (7, False)])
def test_a_piece_may_be_six_pixels_off(
    town: Town, visitor: Visitor, off: int, is_right: bool
) -> None:
    begin(visitor)
    fields = solved(visitor)
    fields["position"] = str(int(fields["position"]) + off)
    answer = visitor.post("login/check/", {**fields, "password": PASSWORD})
    assert answer.status_code == (303 if is_right else 422)
    assert bool(mails(town, "one_time")) == is_right


def test_an_answer_serves_once_even_when_it_was_wrong(town: Town, visitor: Visitor) -> None:
    begin(visitor)
    fields = solved(visitor)
    missed = {**fields, "position": "0", "password": PASSWORD}
    assert visitor.post("login/check/", missed).status_code == 422
    answer = visitor.post("login/check/", {**fields, "password": PASSWORD})
    assert answer.status_code == 422
    assert "パズルが合わないか、時間が過ぎました。" in words(answer)
    assert mails(town, "one_time") == []


def test_a_late_answer_is_refused(
    town: Town, visitor: Visitor, clock_connection: psycopg.Connection
) -> None:
    begin(visitor)
    fields = solved(visitor)
    later(clock_connection, timedelta(seconds=121))
    assert visitor.post("login/check/", {**fields, "password": PASSWORD}).status_code == 422
    assert mails(town, "one_time") == []


def test_another_browsers_puzzle_is_refused(town: Town, visitor: Visitor) -> None:
    begin(visitor)
    begin(other := at_home(town))
    fields = solved(other)
    assert visitor.post("login/check/", {**fields, "password": PASSWORD}).status_code == 422
    assert Puzzle.objects.filter(key=fields["puzzle"]).exists()  # not a stranger's to use up
    assert mails(town, "one_time") == []


@pytest.mark.parametrize("position", ["", "-1", "²", "1e2", "9" * 50, "100.0", "\0"])
def test_odd_answers_are_wrong(town: Town, visitor: Visitor, position: str) -> None:
    begin(visitor)
    form = {**solved(visitor), "position": position, "password": PASSWORD}
    assert visitor.post("login/check/", form).status_code == 422


def test_without_a_puzzle_no_password_is_looked_at(town: Town, visitor: Visitor) -> None:
    begin(visitor)
    with mock.patch("hansatsu.parties.identity.residents.password_fits") as fits:
        assert visitor.post("login/check/", {"password": PASSWORD}).status_code == 422
    fits.assert_not_called()


def test_the_script_gets_a_proof_that_serves_once(town: Town, visitor: Visitor) -> None:
    begin(visitor)
    wrong = visitor.post("login/check/puzzle/", {**solved(visitor), "position": "1"}).json()
    assert sorted(wrong) == ["puzzle", "words"]
    proof = visitor.post("login/check/puzzle/", solved(visitor)).json()["proof"]
    refused = visitor.post("login/check/", {"proof": proof, "password": "wrong"})
    assert "パスワードが違います" in words(refused)
    assert visitor.post("login/check/", {"proof": proof, "password": PASSWORD}).status_code == 422
    assert mails(town, "one_time") == []


def test_a_proof_is_of_its_own_log_in(town: Town, visitor: Visitor) -> None:
    begin(visitor)
    begin(other := at_home(town))
    proof = other.post("login/check/puzzle/", solved(other)).json()["proof"]
    assert visitor.post("login/check/", {"proof": proof, "password": PASSWORD}).status_code == 422
    assert other.post("login/check/", {"proof": proof, "password": PASSWORD}).status_code == 303


def test_too_many_wrong_puzzles_must_wait(town: Town, visitor: Visitor) -> None:
    begin(visitor)
    for _ in range(20):
        visitor.post("login/check/puzzle/", {"puzzle": "x", "position": "0"})
    answer = visitor.post("login/check/puzzle/", solved(visitor)).json()
    assert "proof" not in answer
    assert "約1分後" in answer["words"]


# --- one-time passwords ------------------------------------------------------------------


def test_a_resend_sends_the_same_digits_and_later_ones_are_new(
    town: Town, visitor: Visitor, clock_connection: psycopg.Connection
) -> None:
    begin(visitor)
    pass_check(visitor)
    later(clock_connection, timedelta(minutes=9))
    answer = visitor.post("login/code/resend/")
    assert "有効期限内は、同じ数字です。" in words(visitor.get(answer["Location"]))
    later(clock_connection, timedelta(minutes=2))
    visitor.post("login/code/resend/")
    first, again, new = (mail for mail in mails(town, "one_time"))
    assert code_in(first) == code_in(again)
    nonce = LogIn.objects.of(town.issuer).get().nonce
    assert code_in(new) == right_digits(town.resident)
    assert nonce
    assert visitor.post("login/code/", {"code": code_in(new)}).status_code == 303
    assert is_in(visitor)


def test_digits_end_after_ten_minutes(
    town: Town, visitor: Visitor, clock_connection: psycopg.Connection
) -> None:
    begin(visitor)
    pass_check(visitor)
    later(clock_connection, timedelta(minutes=10))
    answer = visitor.post("login/code/", {"code": right_digits(town.resident)})
    assert answer.status_code == 422
    assert "有効期限(10分)が過ぎました" in words(answer)
    assert not is_in(visitor)


def test_used_digits_are_worth_nothing(town: Town, visitor: Visitor) -> None:
    begin(visitor)
    pass_check(visitor)
    thief = at_home(town)
    thief.client.cookies["hansatsu_session"] = visitor.client.cookies["hansatsu_session"].value
    code = right_digits(town.resident)
    assert visitor.post("login/code/", {"code": code}).status_code == 303
    assert thief.post("login/code/", {"code": code})["Location"].endswith("?again=late")
    assert not is_in(thief)


def test_digits_of_another_log_in_are_wrong(town: Town, visitor: Visitor) -> None:
    begin(visitor)
    pass_check(visitor)
    begin(other := at_home(town))
    pass_check(other)
    first, second = (code_in(mail) for mail in mails(town, "one_time"))
    if first != second:  # one of ten thousand times they are
        assert visitor.post("login/code/", {"code": second}).status_code == 422
        assert not is_in(visitor)


@pytest.mark.parametrize("typed", ["", "12", "12345", "abcd", "１２３", "12.4"])
def test_what_is_not_four_digits_costs_no_guess(town: Town, visitor: Visitor, typed: str) -> None:
    begin(visitor)
    pass_check(visitor)
    answer = visitor.post("login/code/", {"code": typed})
    assert "4桁の数字を入力してください。" in words(answer)
    assert LogIn.objects.of(town.issuer).get().guesses == 0


def test_the_fifth_wrong_guess_ends_the_log_in(town: Town, visitor: Visitor) -> None:
    begin(visitor)
    pass_check(visitor)
    wrong = wrong_digits(town.resident)
    for left in (4, 3, 2, 1):
        answer = visitor.post("login/code/", {"code": wrong})
        assert f"あと{left}回入力できます。" in words(answer)
    end = visitor.post("login/code/", {"code": wrong})
    assert end["Location"] == visitor.address("login/?again=over")
    right = visitor.post("login/code/", {"code": right_digits(town.resident)})
    assert right["Location"].endswith("?again=late")
    assert not is_in(visitor)


def guess_ten_times(town: Town) -> int:
    """Guess wrongly in new log-ins until it is stopped; returns how often digits were compared."""
    compared = 0
    for _ in range(4):
        guesser = Visitor(town.issuer, REMOTE_ADDR=f"guesser of {town.issuer.code}")
        begin(guesser)
        pass_check(guesser)
        for _ in range(5):
            row = LogIn.objects.filter(resident=town.resident).latest("pk")
            before = row.guesses
            guesser.post("login/code/", {"code": wrong_digits(town.resident)})
            row.refresh_from_db()
            compared += row.guesses - before
    return compared


def test_at_most_ten_guesses_a_day_are_compared_over_all_log_ins(
    town: Town, clock_connection: psycopg.Connection
) -> None:
    owner = at_home(town)
    walk_in(owner, town.resident, save="yes")
    owner.client.cookies.pop("hansatsu_session")
    assert guess_ten_times(town) == 10
    assert is_in(owner)  # the saved device of the owner is shut out by no stranger
    visitor = at_home(town)
    begin(visitor)
    pass_check(visitor)
    page = visitor.post("login/code/", {"code": right_digits(town.resident)})
    assert "メールのリンクからログインしてください" in words(page)
    assert not is_in(visitor)
    later(clock_connection, timedelta(days=1, seconds=1))
    assert walk_in(at_home(town), town.resident)["Location"] == visitor.address("")


def test_a_mailed_link_opens_what_guesses_have_locked(town: Town) -> None:
    guess_ten_times(town)
    visitor = at_home(town)
    begin(visitor)
    pass_check(visitor)
    (link,) = ways(mails(town, "unlock")[-1].text)
    assert visitor.get(link).status_code == 200
    assert not is_in(visitor)  # mail programs open links by themselves
    assert visitor.post(link)["Location"] == visitor.address("")
    assert is_in(visitor)
    thief = at_home(town)
    assert thief.post(link).status_code == 410
    assert not is_in(thief)


def test_the_link_in_another_browser_asks_for_the_password(town: Town) -> None:
    guess_ten_times(town)
    (link,) = ways(mails(town, "unlock")[-1].text)
    phone = at_home(town)
    assert phone.post(link)["Location"] == phone.address("login/check/")
    assert not is_in(phone)
    assert pass_check(phone, "wrong").status_code == 422
    assert pass_check(phone)["Location"] == phone.address("")
    assert is_in(phone)
    assert MailedLink.objects.of(town.issuer).filter(used_at__isnull=False).count() == 1


def test_a_link_of_another_issuer_or_of_nobody_is_over(town: Town) -> None:
    guess_ten_times(town)
    (link,) = ways(mails(town, "unlock")[-1].text)
    other = at_home(make_town())
    theirs = link.replace(town.issuer.code, other.issuer.code)
    assert other.post(theirs).status_code == 410
    assert other.get("login/link/" + "x" * 43 + "/").status_code == 410


def test_many_mails_must_wait(town: Town, visitor: Visitor) -> None:
    begin(visitor)
    pass_check(visitor)
    for _ in range(5):
        visitor.post("login/code/resend/")
    answer = visitor.post("login/code/resend/")
    assert answer.status_code == 422
    assert "いまは送信できません" in words(answer)
    assert len(mails(town, "one_time")) == 6


# --- sessions and cookies ----------------------------------------------------------------


def test_the_session_changes_at_each_step_up(town: Town, visitor: Visitor) -> None:
    def key() -> str:
        return visitor.client.cookies["hansatsu_session"].value

    begin(visitor)
    keys = [key()]
    pass_check(visitor)
    keys.append(key())
    visitor.post("login/code/", {"code": right_digits(town.resident)})
    keys.append(key())
    assert len(set(keys)) == 3
    fixed = at_home(town)
    for old in keys[:2]:
        fixed.client.cookies["hansatsu_session"] = old
        assert not is_in(fixed)


def test_every_step_guards_against_forged_requests(town: Town) -> None:
    strict = Visitor(town.issuer)
    strict.client = Client(SERVER_NAME="localhost", enforce_csrf_checks=True)
    for page in [
        "login/",
        "login/check/",
        "login/check/puzzle/",
        "login/code/",
        "login/code/resend/",
        "login/passkey/",
        "login/passkey/answer/",
        "login/link/" + "x" * 43 + "/",
        "logout/",
    ]:
        assert strict.post(page).status_code == 403, page


def test_cookies_are_out_of_reach_of_scripts_and_other_sites(town: Town, visitor: Visitor) -> None:
    answer = walk_in(visitor, town.resident, save="yes")
    for name in ["hansatsu_session", cookie_name(town.issuer)]:
        cookie = answer.cookies[name]
        assert cookie["httponly"]
        assert cookie["samesite"] == "Lax"
    assert answer.cookies["hansatsu_session"]["max-age"] == ""  # ends with the browser
    assert answer.cookies[cookie_name(town.issuer)]["path"] == visitor.address("")
    with mock.patch("django.conf.settings.SESSION_COOKIE_SECURE", True):
        answer = walk_in(at_home(town), town.resident, save="yes")
        assert answer.cookies[cookie_name(town.issuer)]["secure"]


# --- saved devices -----------------------------------------------------------------------


def closed(visitor: Visitor) -> Visitor:
    """The browser after it was closed: the session is gone, what lasts longer is not."""
    visitor.client.cookies.pop("hansatsu_session", None)
    return visitor


def saved(town: Town) -> Visitor:
    visitor = at_home(town)
    walk_in(visitor, town.resident, save="yes")
    return closed(visitor)


def held(visitor: Visitor) -> str:
    return visitor.client.cookies[cookie_name(visitor.issuer)].value


def test_a_saved_device_opens_a_bookmark_where_it_leads(town: Town) -> None:
    visitor = saved(town)
    before = held(visitor)
    answer = visitor.get("history/?show=payments")
    assert answer.status_code == 200
    assert held(visitor) != before
    assert is_in(visitor)
    assert (
        closed(visitor)
        .get("login/", {"next": visitor.address("scan/")})["Location"]
        .endswith("/scan/")
    )
    assert Device.objects.of(town.issuer).count() == 1


def test_a_device_that_is_not_saved_must_log_in(town: Town, visitor: Visitor) -> None:
    walk_in(visitor, town.resident)
    assert is_in(visitor)
    assert not is_in(closed(visitor))


def test_the_old_token_ends_when_the_new_one_is_seen(town: Town) -> None:
    visitor = saved(town)
    old = held(visitor)
    assert is_in(visitor)  # gets the new one
    thief = at_home(town)
    thief.client.cookies[cookie_name(town.issuer)] = old
    assert is_in(visitor)  # shows the new one
    assert not is_in(thief)
    assert is_in(closed(visitor))


def test_a_lost_answer_shuts_nobody_out(town: Town, clock_connection: psycopg.Connection) -> None:
    visitor = saved(town)
    old = held(visitor)
    assert is_in(visitor)
    closed(visitor).client.cookies[cookie_name(town.issuer)] = old
    assert is_in(visitor)
    later(clock_connection, timedelta(minutes=5))
    closed(visitor).client.cookies[cookie_name(town.issuer)] = old
    assert is_in(visitor)
    assert held(visitor) != old
    assert is_in(closed(visitor))


def test_two_requests_at_once_both_get_in_and_one_new_token_is_given(town: Town) -> None:
    first, second = saved(town), at_home(town)
    second.client.cookies[cookie_name(town.issuer)] = held(first)
    answers = [first.get("balance/"), second.get("history/")]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert [cookie_name(town.issuer) in answer.cookies for answer in answers] == [True, False]


def test_a_saved_device_ends_after_ninety_days_without_use(
    town: Town, clock_connection: psycopg.Connection
) -> None:
    visitor = saved(town)
    later(clock_connection, timedelta(days=89))
    assert is_in(visitor)
    later(clock_connection, timedelta(days=89))
    assert is_in(closed(visitor))
    later(clock_connection, timedelta(days=90))
    assert not is_in(closed(visitor))


def test_leaving_ends_a_saved_device(town: Town) -> None:
    visitor = saved(town)
    assert is_in(visitor)
    visitor.post("logout/")
    assert not is_in(closed(visitor))


def test_a_revoked_device_a_new_password_and_leaving_the_scheme_end_it(town: Town) -> None:
    from hansatsu.parties.identity.devices import revoke_device, revoke_devices

    lost, kept, forgotten = saved(town), saved(town), saved(town)
    devices = list(Device.objects.of(town.issuer).order_by("pk"))
    revoke_device(devices[0])
    assert not is_in(lost)
    assert revoke_devices(town.resident, keep=devices[1]) == 1
    assert not is_in(forgotten)
    assert is_in(kept)
    resident = Resident.objects.get(pk=town.resident.pk)
    resident.set_password("another-horse-2026")
    resident.save()
    assert not is_in(closed(kept))


def test_a_saved_device_is_of_one_issuer(town: Town) -> None:
    visitor, other = saved(town), at_home(make_town())
    other.client.cookies[cookie_name(other.issuer)] = held(visitor)
    assert not is_in(other)


@pytest.mark.parametrize("value", ["", "x", "0000000", "0000000x", "²²²²²²²abc", "9" * 400])
def test_odd_device_cookies_are_strangers(town: Town, visitor: Visitor, value: str) -> None:
    visitor.client.cookies[cookie_name(town.issuer)] = value
    assert not is_in(visitor)


# --- what is told ------------------------------------------------------------------------


def test_only_a_new_browser_is_mailed(town: Town) -> None:
    visitor = at_home(town)
    visitor.client.defaults["HTTP_USER_AGENT"] = "Mozilla/5.0 (Linux; Android 15) Chrome/140 Mobile"
    walk_in(visitor, town.resident)
    (mail,) = mails(town, "new_device")
    assert "Android · Chrome" in mail.text
    walk_in(closed(visitor), town.resident)
    visitor.post("logout/")
    walk_in(visitor, town.resident)
    assert len(mails(town, "new_device")) == 1
    assert is_in(visitor)
    walk_in(at_home(town), town.resident)
    assert len(mails(town, "new_device")) == 2


def test_a_browser_that_was_revoked_is_new_again(town: Town) -> None:
    from hansatsu.parties.identity.devices import revoke_device

    visitor = at_home(town)
    walk_in(visitor, town.resident)
    revoke_device(Device.objects.of(town.issuer).get())
    walk_in(visitor, town.resident)
    assert len(mails(town, "new_device")) == 2


def test_log_ins_are_recorded(town: Town, visitor: Visitor) -> None:
    walk_in(visitor, town.resident, save="yes")
    event = Event.objects.of(town.issuer).get(kind="logged_in")
    assert event.resident == town.resident
    assert event.detail["by"] == "one_time"
    assert event.detail["is_saved"] is True
    kinds = set(Event.objects.of(town.issuer).values_list("kind", flat=True))
    assert "one_time_mailed" in kinds


def test_blocked_passwords_raise_an_alarm_for_known_and_unknown_alike(town: Town) -> None:
    for login_id in ["hanako", "nobody"]:
        visitor = at_home(town)
        begin(visitor, login_id)
        for _ in range(4):
            pass_check(visitor, "wrong")
        assert not Alarm.objects.of(town.issuer).filter(subject__contains=login_id).exists()
        pass_check(visitor, "wrong")
    unknown, known = Alarm.objects.of(town.issuer)
    assert (known.kind, known.subject) == ("log_in_blocked", f"resident:{town.resident.pk}")
    assert (unknown.kind, unknown.subject) == ("log_in_blocked", "address:")
    assert "パスワード" in known.text


def test_blocked_digits_raise_an_alarm(town: Town) -> None:
    for _ in range(2):
        visitor = at_home(town)
        begin(visitor)
        pass_check(visitor)
        for _ in range(5):
            assert not Alarm.objects.of(town.issuer).exists()
            visitor.post("login/code/", {"code": wrong_digits(town.resident)})
    alarm = Alarm.objects.of(town.issuer).get()
    assert (alarm.kind, alarm.subject) == ("one_time_blocked", f"resident:{town.resident.pk}")


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("192.0.2.77", "192.0.2.0/24"),
        ("2001:db8:1:2::9", "2001:db8:1::/48"),
        ("unix:", ""),
    ],
)
def test_an_alarm_tells_the_network_and_not_the_address(address: str, shown: str) -> None:
    assert masked_address(address) == shown


def test_a_puzzles_name_that_no_database_takes_is_refused(visitor: Visitor) -> None:
    begin(visitor)
    form = {"puzzle": "a\0b", "position": "100", "password": PASSWORD}
    assert visitor.post("login/check/", form).status_code == 422


def test_who_gets_no_more_digits_is_told_so(town: Town) -> None:
    for _ in range(6):
        visitor = at_home(town)
        begin(visitor)
        assert pass_check(visitor)["Location"] == visitor.address("login/code/")
    assert "お送りしました。10分以内" in words(visitor.get("login/code/"))
    visitor = at_home(town)
    begin(visitor)
    page = words(visitor.get(pass_check(visitor)["Location"]))
    assert len(mails(town, "one_time")) == 6
    assert "お送りしました" not in page
    assert "いまは送信できません。約1分後にもう一度お試しください。" in page


def test_the_start_address_leads_back_to_where_the_digits_are_entered(
    town: Town, visitor: Visitor
) -> None:
    begin(visitor)
    pass_check(visitor)
    (mail,) = mails(town, "one_time")
    led = visitor.get(visitor.get("")["Location"])
    assert led["Location"] == visitor.address("login/code/")
    wanted = visitor.address("pay/S0001?amount=300")
    led = visitor.get(visitor.get(wanted)["Location"])
    assert led["Location"] == visitor.address("login/code/")
    assert mails(town, "one_time") == [mail]
    answer = visitor.post("login/code/", {"code": code_in(mail)})
    assert answer["Location"] == wanted
    assert is_in(visitor)


def test_who_wants_another_log_in_begins_one(town: Town, visitor: Visitor) -> None:
    begin(visitor)
    assert "login_id" in words(visitor.get("login/"))  # nothing was mailed yet
    pass_check(visitor)
    assert "?other=1" in words(visitor.get("login/code/"))
    page = visitor.get("login/?other=1")
    assert page.status_code == 200
    assert "login_id" in words(page)


def test_digits_that_have_died_are_waited_for_no_more(
    town: Town, visitor: Visitor, clock_connection: psycopg.Connection
) -> None:
    begin(visitor)
    pass_check(visitor)
    ledger.set_clock(clock_connection, clock.now() + timedelta(minutes=11))
    assert visitor.get("login/").status_code == 200
