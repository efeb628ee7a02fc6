"""A database of before the move, opened: shops' tills and their API, the console, and what is kept
sealed."""

import time
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pyotp
import pytest
from django.db import connection
from django.test import Client

from hansatsu.flows.charging.models import Order
from hansatsu.flows.charging.psp.sandbox import signing
from hansatsu.messages.webhooks.models import Endpoint
from hansatsu.parties import clock
from hansatsu.parties.seals.secrets_box import unseal
from hansatsu.parties.shops.models import Shop
from tests.support.clients import words
from tests.support.copies import DatabaseCopy
from tests.support.pos import Pos, new_key, running_api
from tests.town import PASSWORD, quick_hashing
from tests.versions.moved import CODE, KNOWN, browser, environment_of, key_of

SHOP, CONSOLE, API, PAYMENTS = (KNOWN[name] for name in ("shop", "console", "api", "payments"))
ONE_STEP = timedelta(seconds=30)
"""How much later an authenticator shows its next code: that of the dump is spent."""
SITES = {"shop": SHOP, "console": CONSOLE}

pytestmark = pytest.mark.usefixtures("opened")


def at_the_till() -> Client:
    return browser(PAYMENTS["shop"])


@pytest.mark.parametrize("who", ["cashier", "manager"])
def test_a_shops_session_is_in_at_its_own_till(who: str) -> None:
    assert browser().get("/shop/").status_code == 303
    client = browser(SHOP[who])
    assert client.get("/shop/").status_code == 200
    may = client.get("/shop/staff/").status_code
    assert may == {"cashier": 403, "manager": 200}[who]


def test_every_page_of_the_shop_opens() -> None:
    client = browser(SHOP["manager"])
    for page in SHOP["pages"]:
        assert client.get(page).status_code == 200, page


def test_a_till_stays_the_terminal_that_it_was() -> None:
    kept = {name: each for name, each in SHOP["cashier"].items() if "terminal" in name}
    client = browser(kept)
    with quick_hashing():
        client.post("/shop/login/", {"login_id": "cashier", "password": PASSWORD})
    page = words(client.get("/shop/terminals/")) + words(client.get("/shop/menu/"))
    assert client.cookies.keys() >= kept.keys()
    assert client.cookies[f"hansatsu_terminal_{_shop_id()}"].value.split(":")[0] == str(
        SHOP["terminal"]
    ), page


def test_a_browser_that_showed_a_second_factor_is_not_asked_again() -> None:
    kept = {"hansatsu_staff_browser": SHOP["manager"]["hansatsu_staff_browser"]}
    form = {"login_id": SHOP["manager_login_id"], "password": PASSWORD}
    asked = {}
    for name, cookies in {"known": kept, "new": {}}.items():
        with quick_hashing():
            asked[name] = browser(cookies).post("/shop/login/", form)["Location"]
    assert asked == {"known": "/shop/", "new": "/shop/login/code/"}


def test_a_pin_takes_a_shared_tablet_over() -> None:
    tablet = SHOP["tablet"]
    client = browser(tablet["cookies"])
    assert client.get("/shop/")["Location"] == "/shop/pin/"
    form = {"staff": str(tablet["staff"]), "pin": tablet["pin"]}
    assert client.post("/shop/pin/", form)["Location"] == "/shop/"
    assert client.get("/shop/").status_code == 200


@pytest.mark.parametrize("site", SITES)
def test_a_passkey_is_the_second_factor(site: str) -> None:
    asked = SITES[site]["asked_for_passkey"]
    client = browser(asked["cookies"])
    assert client.get(f"/{site}/").status_code != 200
    challenge = client.post(f"/{site}/login/passkey/").json()["challenge"]
    answer = {"answer": key_of(asked["passkey"]).answer(challenge)}
    said = client.post(f"/{site}/login/passkey/answer/", answer).json()
    assert said == {"location": f"/{site}/"}
    assert client.get(f"/{site}/").status_code == 200


@pytest.mark.parametrize("kind", ["code", "recovery code"])
def test_an_authenticator_or_a_recovery_code_is(kind: str, just_opened: DatabaseCopy) -> None:
    asked = SHOP["asked_for_code"]
    client = browser(asked["cookies"])
    of_now = pyotp.TOTP(asked["secret"]).at(clock.now() + ONE_STEP)
    code = of_now if kind == "code" else asked["recovery_code"]
    assert client.post("/shop/login/code/", {"code": code})["Location"] == "/shop/"
    assert client.get("/shop/").status_code == 200


def test_a_till_half_way_takes_the_money_once() -> None:
    till = at_the_till()
    assert "640" in words(till.get(PAYMENTS["till"]))
    done = till.post(PAYMENTS["till"])
    assert done["Location"].endswith("/?paid=1")
    assert till.post(PAYMENTS["till"])["Location"] == done["Location"]


def test_a_code_on_a_phone_is_read(just_opened: DatabaseCopy) -> None:
    form = {"amount": "150", "code": PAYMENTS["pay_code"], "key": new_key()}
    till = at_the_till()
    page = till.post("/shop/till/", form)
    assert page.status_code == 303, words(page)
    assert till.post(page["Location"])["Location"].endswith("/?paid=1")


def test_a_refund_half_way_is_made_once_and_one_that_was_made_is_told() -> None:
    till, refunded = at_the_till(), PAYMENTS["refunded"]
    assert till.post(refunded["page"])["Location"] == refunded["to"]
    done = till.post(PAYMENTS["refund"])
    assert "?done=1" in done["Location"], words(done)
    assert done["Location"] != refunded["to"]
    assert till.post(PAYMENTS["refund"])["Location"] == done["Location"]


def test_the_sign_of_a_payment_stays() -> None:
    colour, word = PAYMENTS["paid"]["sign"].split()
    page = words(at_the_till().get("/shop/payments/"))
    assert f"sign-dot--{colour.removeprefix('sign--')}" in page
    assert word in page


def test_an_owners_session_is_in_and_every_page_opens() -> None:
    assert browser().get("/console/").status_code != 200
    client = browser(CONSOLE["owner"])
    for page in CONSOLE["pages"]:
        assert client.get(page).status_code == 200, page


def test_the_first_owner_is_asked_for_an_own_password() -> None:
    client = browser()
    with quick_hashing():
        said = client.post(f"/console/login/?issuer={CODE}", CONSOLE["first_owner"])
    assert said["Location"] == "/console/login/password/", words(said)


def test_a_printed_file_is_opened() -> None:
    handed = browser(CONSOLE["owner"]).post(CONSOLE["file"]["page"])
    assert sha256(handed.content).hexdigest() == CONSOLE["file"]["sha256"]


def test_a_bank_account_is_opened() -> None:
    transfer = KNOWN["charging"]["transfer"]
    page = f"/console/transfers/{transfer['id']}/account/"
    assert transfer["number"] in words(browser(CONSOLE["owner"]).post(page, {"reason": "試験"}))


def test_a_providers_secret_signs_its_webhook() -> None:
    """The worker's test has it sent; here it is taken."""
    charging = KNOWN["charging"]
    with connection.cursor() as cursor:
        cursor.execute(
            "select args ->> 'body' from procrastinate_jobs where task_name = %s"
            " and args ->> 'body' like %s",
            ["send_sandbox_webhook", f"%{charging['waiting']}%"],
        )
        bodies = [body.encode() for (body,) in cursor.fetchall()]
    for body in bodies:
        signed = {signing.HEADER: signing.sign(body, charging["webhook_secret"], int(time.time()))}
        answer = browser().post(
            f"/psp/sandbox/{CODE}/webhook/", body, content_type="application/json", headers=signed
        )
        assert answer.status_code == 200, answer.content
    assert Order.objects.get(number=charging["waiting"]).state == "charged"


def test_a_terminals_key_pays_and_is_told_what_it_paid(
    just_opened: DatabaseCopy, application_environment: dict[str, str], tmp_path: Path
) -> None:
    with running_api(environment_of(just_opened, application_environment), tmp_path) as running:
        pos, paid = Pos(running.port, API["key"]), API["paid"]
        again = pos.pay(paid["code"], paid["amount"], key=paid["key"], reference="sale 1")
        assert (again.status, again.json["id"]) == (201, paid["id"])
        given_up = pos.pay(API["card"], 100, key=API["given_up"])
        assert given_up.code == "request_cancelled"
        assert pos.cancel(paid["key"]).json["status"] == "refunded"
        assert pos.pay(API["card"], 4_900).status == 201


def test_a_webhook_endpoints_secret_is_what_the_shop_keeps() -> None:
    endpoint = Endpoint.objects.get(pk=API["endpoint"]["id"])
    assert unseal(endpoint.secret) == API["endpoint"]["secret"]


def _shop_id() -> int:
    return Shop.objects.get(code="S0001").pk
