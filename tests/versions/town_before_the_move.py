"""The town of ``before_the_move.sql.gz``: everything in a database, a browser, a mail or a till
whose life hangs on a name in the code.

``make_dump.py`` runs this with the tree of before (its ``hansatsu`` and its ``tests``), so names
here are that tree's. It is kept to be read, and to be run again when the dump must hold more.

The day of the dump is a year before it was made: so it was as old on its first day as it is on any.
"""

# ruff: noqa: I001 (which modules are ours is not seen from this tree)

import json
import os
import random
import shutil
import sys
import tempfile
import time
from datetime import datetime
from pathlib import Path
from typing import Any
from unittest import mock

DAY = datetime.fromisoformat("2025-11-28T10:00:00+09:00")
SITE_URL = "http://localhost:8000"
NO_MAIL = "smtp://127.0.0.1:9"
HOUSE = "192.0.2.20"


def main(out: Path) -> None:
    """Make the town on a server of its own; write what a test must know to ``out/known.json``, and
    where the database is to ``out/url``; wait until standard input ends."""
    from hansatsu.database.server import EmbeddedServer
    from hansatsu.processes import surroundings
    from hansatsu.processes.supervisor import spawn

    home = Path(tempfile.mkdtemp(prefix="hansatsu-dump-"))
    home.chmod(0o755)
    try:
        with EmbeddedServer(home, "test") as server:
            environment = surroundings.maintenance(server, SITE_URL, NO_MAIL)
            assert spawn("migrate", environment).wait() == 0
            os.environ |= environment
            known = _made(server)
            (out / "known.json").write_text(json.dumps(known, ensure_ascii=False, indent=1) + "\n")
            (out / "url").write_text(server.superuser_url)
            sys.stdout.write("made\n")
            sys.stdout.flush()
            sys.stdin.read()
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _made(server: Any) -> dict[str, Any]:
    import django
    import psycopg

    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    django.setup()
    from django.utils import timezone

    with psycopg.connect(server.clock_url, autocommit=True) as clock:
        clock.execute("select ledger.set_clock_v1(%s)", [DAY])
    back = DAY - timezone.now()
    real_time, real_now = time.time, timezone.now

    def time_then() -> float:
        return real_time() + back.total_seconds()

    def then() -> datetime:
        return real_now() + back

    from tests.charging import shopper
    from tests.town import quick_hashing

    with (
        mock.patch("time.time", time_then),
        mock.patch("django.utils.timezone.now", then),
        mock.patch.object(shopper, "secrets", Numbers()),
        quick_hashing(),
    ):
        return _town(server)


class Numbers:
    """Has ``Shopper`` give orders numbers of the form that pages take."""

    def token_hex(self, _bytes: int) -> str:
        """Twelve digits, in place of hexadecimal ones."""
        return f"{random.randrange(10**12):012}"


def _town(server: Any) -> dict[str, Any]:
    from hansatsu.issuers import clock
    from hansatsu.ledger.api import Limits
    from tests.charging.shopper import Shopper
    from tests.town import make_town

    town = make_town(
        limits=Limits(per_payment=5_000), code="OEM202511", payment_prefix="2025110000001",
        cards_may_be_taken=True,
    )  # fmt: skip
    town.charge(town.resident, town.all_shops, 30_000)
    shopper = Shopper(town)
    secrets = server.secrets
    known: dict[str, Any] = {
        "settings": {
            "SECRET_KEY": secrets.secret_key,
            "FIELD_KEYS": [secrets.field_key],
            "PAY_CODE_MASTER_KEY": secrets.pay_code_master_key,
            "SITE_URL": SITE_URL,
        },
        "issuer": town.issuer.code,
        "resident": town.resident.pk,
        "balance_of_hanako": 0,
        "wallet": _wallet(town),
        "log_ins": _log_ins(town),
        "links": _links(town, shopper),
        "shop": _shop(town),
        "console": _console(town),
        "api": _api(town),
        "charging": _charging(town, shopper),
    }
    known["payments"] = _payments(town)
    known["jobs"] = _jobs()
    known["balance_of_hanako"] = _held(town)
    known["made_at"] = clock.now().isoformat()
    return known


def _wallet(town: Any) -> dict[str, Any]:
    """Browsers that hanako's wallet knows, and her passkey."""
    from hansatsu.identity.passkeys import user_handle
    from tests.support.clients import Visitor
    from tests.support.log_ins import walk_in

    saved, known = Visitor(town.issuer, REMOTE_ADDR=HOUSE), Visitor(town.issuer, REMOTE_ADDR=HOUSE)
    assert walk_in(saved, town.resident, save="yes").status_code == 303
    assert walk_in(known, town.resident).status_code == 303
    assert known.get("").status_code == 200
    return {
        "session": _cookies(saved, "hansatsu_session"),
        "saved_device": _cookies(saved, "hansatsu_device_OEM202511"),
        "known_browser": _cookies(known, "hansatsu_device_OEM202511", "hansatsu_known"),
        "passkey": _passkey(town.resident),
        "passkey_handle": user_handle(town.resident).hex(),
        "pages": _answering(saved, _links_of(saved, saved.address(""), f"/{town.issuer.code}/")),
    }


def _log_ins(town: Any) -> dict[str, Any]:
    """Residents in the middle of logging in: at the puzzle, after it, with the browser's work done,
    with the digits of the mail in hand."""
    import altcha

    from tests.support.clients import Visitor
    from tests.support.log_ins import begin, pass_check, right_digits, solved

    at_puzzle, proven, worked, waiting = (
        Visitor(town.issuer, REMOTE_ADDR=f"192.0.2.{21 + place}") for place in range(4)
    )
    people = [town.add_resident(name) for name in ("ichiko", "niko", "miko", "yoko")]
    for person, each in zip(people, (at_puzzle, proven, worked, waiting), strict=True):
        begin(each, person.login_id)
    puzzle = solved(at_puzzle)
    given = proven.post("login/check/puzzle/", solved(proven)).json()
    asked = altcha.Challenge.from_dict(worked.get("login/check/work/").json())
    done = altcha.solve_challenge(asked)
    assert done is not None
    assert pass_check(waiting).status_code == 303
    return {
        "puzzle": {"cookies": _cookies(at_puzzle), "form": puzzle},
        "proof": {"cookies": _cookies(proven), "form": {"proof": given["proof"]}},
        "work": {
            "cookies": _cookies(worked),
            "form": {"altcha": altcha.Payload(asked, done).to_base64()},
        },
        "digits": {"cookies": _cookies(waiting), "code": right_digits(people[-1])},
    }


def _links(town: Any, shopper: Any) -> dict[str, Any]:
    """A mailed link of every purpose, each in a mail; one registration is filled in already."""
    import re

    from hansatsu.accounts.email_change import ask_for_change
    from hansatsu.accounts.recovery import mail_password_link
    from hansatsu.accounts.unlocking import mail_unlock_link
    from hansatsu.notifications.models import Mail
    from tests.accounts.forms import PASSWORD, TYPED
    from tests.charging.shopper import asked_for_account, mailed_page
    from tests.support.clients import Visitor

    def newest(to: str) -> str:
        mail = Mail.objects.of(town.issuer).filter(to=to).latest("pk")
        found = re.search(rf"(/{town.issuer.code}/\S+/)$", mail.text, re.M)
        assert found, mail.text
        return found[1]

    def register(email: str, address: str) -> tuple[Visitor, str]:
        visitor = Visitor(town.issuer, REMOTE_ADDR=address)
        typed = {"email": email, "email_again": email}
        visitor.post("register/", typed | {"read": "yes"})
        visitor.get("terms/", {"for": "register"})
        assert visitor.post("register/", typed | {"agreed": "yes"}).status_code == 303
        return visitor, newest(email)

    _, fresh = register("sakura@example.jp", "192.0.2.31")
    visitor, begun = register("umeko@example.jp", "192.0.2.32")
    form = TYPED | {"login_id": "umeko", "password": PASSWORD}
    assert visitor.post(begun, form)["Location"] == begun + "confirm/"
    town.add_resident("jiro")
    assert mail_password_link(town.issuer, login_id="jiro", language="ja", address=HOUSE) == 0
    password = newest("jiro@example.jp")
    mail_unlock_link(town.add_resident("shiro"))
    unlock = newest("shiro@example.jp")
    saburo = town.add_resident("saburo")
    assert ask_for_change(saburo, "saburo@new.example.jp", address=HOUSE) == 0
    return {
        "register": fresh,
        "register_begun": {"page": begun + "confirm/", "cookies": _cookies(visitor)},
        "password": password,
        "unlock": unlock,
        "email_change": newest("saburo@new.example.jp"),
        "email_stop": newest("saburo@example.jp"),
        "bank_account": mailed_page(asked_for_account(shopper)),
    }


def _shop(town: Any) -> dict[str, Any]:
    """Sessions of a cashier and a manager, a shared tablet, log-ins under way, passkeys."""
    import pyotp
    from hansatsu.identity.pins import set_pin
    from hansatsu.identity.second_factor import begin_enrolment, confirm_enrolment
    from hansatsu.issuers import clock
    from tests.support.staff_doors import Door, somebody
    from tests.support.tills import Till, hire

    cashier = Till(town.shop, hire(town.shop, "cashier"))
    manager = Till(town.shop, hire(town.shop, "manager", role="manager"))
    tablet = Till(town.shop, hire(town.shop, "opener"))
    colleague = hire(town.shop, "colleague")
    set_pin(colleague, "4826")
    assert tablet.post("lock/")["Location"] == "/shop/pin/"
    asked = somebody(town, "shop")
    enrolled = hire(town.shop, "enrolled", role="manager")
    secret = begin_enrolment(enrolled)
    outcome, codes = confirm_enrolment(enrolled, pyotp.TOTP(secret).at(clock.now()), address=HOUSE)
    assert outcome == "ok"
    return {
        "cashier": _cookies(cashier),
        "terminal": cashier.terminal.pk,
        "manager": _cookies(manager),
        "manager_login_id": manager.staff.login_id,
        "tablet": {"cookies": _cookies(tablet), "staff": colleague.pk, "pin": "4826"},
        "asked_for_passkey": {
            "cookies": _cookies(Door.of("shop", asked)), "passkey": _passkey(asked),
        },
        "asked_for_code": {
            "cookies": _cookies(Door.of("shop", enrolled)),
            "secret": secret,
            "recovery_code": codes[0],
        },
        "pages": _answering(manager, _links_of(manager, "/shop/menu/", "/shop/")),
    }  # fmt: skip


def _console(town: Any) -> dict[str, Any]:
    """The owner's session; something of every kind on the console's pages; a passkey."""
    from tests.support.asked import Asked
    from tests.support.clerks import Desk
    from tests.support.staff_doors import Door, somebody
    from tests.support.things import Things

    desk = Desk(town.issuer)
    Things(town, desk.staff)
    things = Asked.__new__(Asked)
    _propose(town, things)
    by_hand = somebody(town, "console")
    handed = _first_owner(town)
    pages = _links_of(desk, "/console/", "/console/")
    for page in list(pages):
        pages += [each for each in _links_of(desk, page, "/console/") if each not in pages]
    return {
        "owner": _cookies(desk),
        "asked_for_passkey": {
            "cookies": _cookies(Door.of("console", by_hand)), "passkey": _passkey(by_hand),
        },
        "first_owner": handed,
        "file": _file(town),
        "pages": _answering(desk, pages),
    }  # fmt: skip


def _propose(town: Any, things: Any) -> None:
    """A correction that waits for a second person."""
    from hansatsu.identity.services import open_staff
    from hansatsu.issuers.audit import CONSOLE, Actor
    from hansatsu.issuers.deeds import Deed
    from hansatsu.support.corrections import Proposal, propose

    clerk = open_staff(
        town.issuer, login_id="proposer", password="", role="operator", display_name="申請 花子"
    )
    deed = Deed(Actor(town.issuer, clerk.actor, "申請 花子", CONSOLE), "入力の誤り")
    made = propose(deed, clerk, Proposal(town.resident, town.all_shops, 100), key="asked")
    assert made.correction is not None


def _first_owner(town: Any) -> dict[str, str]:
    """An owner as ``createissuer`` makes one, who has not come yet."""
    from hansatsu.commands.running import whoever_runs
    from hansatsu.identity.staff_accounts import hire_first_owner

    made = hire_first_owner(whoever_runs(town.issuer), login_id="owner", display_name="責任者")
    assert made.staff is not None
    return {"login_id": "owner", "password": made.password}


def _file(town: Any) -> dict[str, Any]:
    """A printed file, kept sealed, that nobody has fetched."""
    from hashlib import sha256

    from hansatsu.printouts.models import PrintFile
    from hansatsu.printouts.store import content_of

    file = PrintFile.objects.of(town.issuer).filter(sealed__isnull=False).earliest("pk")
    return {
        "page": f"/console/files/{file.pk}/",
        "sha256": sha256(content_of(file.pk)).hexdigest(),
    }


def _api(town: Any) -> dict[str, Any]:
    """A terminal's key, what it paid under which idempotency key, and a webhook endpoint."""
    from hansatsu.shops.api_keys import make_api_key
    from hansatsu.webhooks.events import SUBSCRIBABLE
    from hansatsu.webhooks.services import open_endpoint
    from tests.support.pos import Pos, new_key, running_api

    terminal = town.terminal()
    code, _ = town.card(5_000)
    key, _row = make_api_key(terminal, ("pay", "refund_today", "refund_any"))
    home = Path(os.environ["HANSATSU_HOME"])
    with running_api(dict(os.environ), home) as running:
        pos, under = Pos(running.port, key), new_key()
        paid = pos.pay(code, 700, key=under, reference="sale 1")
        assert paid.status == 201, paid
        given_up = new_key()
        assert pos.cancel(given_up).json["status"] == "cancelled"
    opened = open_endpoint(
        town.shop,
        made_by=f"terminal:{terminal.pk}",
        key="endpoint",
        url="http://127.0.0.1:9999/hooks",
        events=SUBSCRIBABLE,
    )
    assert opened.outcome == "made", opened
    return {
        "key": key,
        "card": code,
        "paid": {"key": under, "code": code, "amount": 700, "id": paid.json["id"]},
        "given_up": given_up,
        "endpoint": {"id": opened.endpoint.pk, "secret": opened.secret},
    }


def _charging(town: Any, shopper: Any) -> dict[str, Any]:
    """A charged order; one that waits for its payment, which the sandbox has told of; money on its
    way back to a bank account; a purchase code and a gift code that nobody has used."""
    from hansatsu.charging.models import Method
    from hansatsu.charging.psp.sandbox import books, sending
    from hansatsu.charging.psp.sandbox.models import SandboxCheckout
    from hansatsu.identity.bank_accounts import BankAccount
    from hansatsu.programs.purchase_codes import NewCode, make_purchase_codes
    from tests.charging.shopper import ready_for_transfer

    kenji = town.add_resident("kenji")
    shopper.charged()
    account = BankAccount("0517", "001", "1", "0054321", "ｵﾔﾏ ﾊﾅｺ")
    transfer = ready_for_transfer(shopper, account)
    waiting = shopper.order(Method.CARD, resident=kenji)
    checkout = SandboxCheckout.objects.get(reference=waiting.checkouts.get().reference)
    assert books.pay(checkout)
    ((code, _row),) = make_purchase_codes(shopper.sale, [NewCode(1)])
    return {
        "webhook_secret": "whsec_test",
        "transfer": {"id": transfer.pk, "number": "0054321"},
        "waiting": waiting.number,
        "product": shopper.product.pk,
        "purchase_code": code,
        "queue": sending.TASK,
    }


def _payments(town: Any) -> dict[str, Any]:
    """Forms half-way: each token is shown on its page and not sent, beside some that were. At the
    end, for some live for minutes."""
    from tests.support.clients import Visitor, words
    from tests.support.tills import Till, code_on, hire
    from tests.web.test_code_paid import sign_on

    hanako = Visitor.logged_in(town.resident, REMOTE_ADDR=HOUSE)
    till = Till(town.shop, hire(town.shop, "at-the-till", role="manager"))
    first = hanako.post("pay/S0001", {"amount": "310", "key": "refunded-in-parts"})["Location"]
    to_refund = hanako.post(first)["Location"].removesuffix("/?paid=1").rpartition("/")[2]
    paid_page = hanako.post("pay/S0001", {"amount": "120", "key": "paid-under-this-key"})[
        "Location"
    ]
    paid_to = hanako.post(paid_page)["Location"]
    sign = sign_on(words(hanako.get(paid_to)))
    assert sign
    intent = hanako.post("pay/S0001", {"amount": "500", "key": "open-under-this-key"})["Location"]
    asked = till.post("till/ask/", {"amount": "230"})["Location"]
    token = asked.rstrip("/").rsplit("/", 1)[1]
    gift, _ = town.gift(3_000)
    unread_gift, _ = town.gift(2_000)
    card, _ = town.card(1_200)
    taken, _ = town.gift(1_000)
    taken_page = hanako.post("charge/code/", {"code": taken})["Location"]
    taken_to = hanako.post(taken_page)["Location"]
    refund, refunded = (_refund_page(till, to_refund, yen, f"{yen}") for yen in (20, 30))
    refunded_to = till.post(refunded)["Location"]
    assert "?done=1" in refunded_to
    at_till = till.confirm_page("640", code_on(town.device()))
    return {
        "resident": _cookies(hanako),
        "shop": _cookies(till),
        "paid": {"page": paid_page, "to": paid_to, "sign": sign},
        "intent": intent,
        "asked": {"till": asked, "wallet": hanako.address(f"pay/S0001/request/{token}/")},
        "gift": hanako.post("charge/code/", {"code": gift})["Location"],
        "card": hanako.post("charge/code/", {"code": card})["Location"],
        "gift_code": unread_gift,
        "taken": {"page": taken_page, "to": taken_to},
        "refund": refund,
        "refunded": {"page": refunded, "to": refunded_to},
        "till": at_till,
        "pay_code": code_on(town.device()),
    }


def _refund_page(till: Any, number: str, yen: int, note: str) -> str:
    """The page that asks once more whether to give back."""
    import re

    from tests.support.clients import words

    page = words(till.get(f"payments/{number}/refund/"))
    key = re.search(r'name="key" autocomplete="off" value="([^"]+)"', page)
    assert key, page
    form = {"amount": str(yen), "reason": "mistake", "note": note, "key": key[1]}
    return str(till.post(f"payments/{number}/refund/", form)["Location"])


def _jobs() -> list[str]:
    """A job of every task there is, waiting; those by the clock too, as its worker leaves them."""
    from django.db import connection
    from hansatsu.charging.closing import queue_closing
    from hansatsu.charging.models import Order
    from hansatsu.issuers.audit import CONSOLE, Actor
    from hansatsu.printouts.making import Order as Wanted
    from hansatsu.printouts.making import card_settings, order
    from hansatsu.printouts.models import FileForm, Making, MakingState, PrintKind
    from hansatsu.printouts.stopping import order_stopping
    from hansatsu.programs.models import Emoney
    from procrastinate.contrib.django import app

    made = Making.objects.get(kind=PrintKind.CARDS, state=MakingState.FINISHED)
    by = Actor(made.issuer, made.made_by, "事務 一郎", CONSOLE)
    order_stopping(by, made, reason="試験")
    settings = card_settings({Emoney.objects.earliest("pk"): 500}, None)
    order(
        by, Wanted(PrintKind.CARDS, "敬老2", settings, 2, [FileForm.XLSX]), reason="試験", key="k2"
    )
    queue_closing(Order.objects.earliest("pk"))
    app.perform_import_paths()
    ours = {name for name in app.tasks if not name.startswith(("builtin", "procrastinate"))}
    with connection.cursor() as cursor:
        cursor.execute("select distinct task_name from procrastinate_jobs")
        queued = {name for (name,) in cursor.fetchall()}
    for periodic in app.periodic_registry.periodic_tasks.values():
        if periodic.task.name not in queued:
            periodic.task.defer(timestamp=int(time.time()))
            queued.add(periodic.task.name)
    assert queued == ours, queued ^ ours
    return sorted(ours)


def _cookies(browser: Any, *names: str) -> dict[str, str]:
    """What a browser keeps; all of it, or these."""
    held = browser.client.cookies
    kept = {name: each.value for name, each in held.items() if each.value}
    return {name: kept[name] for name in names} if names else kept


def _passkey(owner: Any) -> dict[str, str]:
    """A new passkey of ``owner``: what their phone keeps."""
    from base64 import b64encode

    from tests.support.passkeys import Key

    key = Key()
    key.belongs_to(owner)
    found = key.for_chromium(owner)
    return {
        "credential": b64encode(key.credential_id).decode(),
        "private_key": str(found["privateKey"]),
    }


def _links_of(browser: Any, page: str, below: str) -> list[str]:
    """Where a page leads to, below an address, without what ends something."""
    import re

    from tests.support.clients import words

    shown = words(browser.get(page))
    found = re.findall(rf'href="({below}[^"#?]*)"', shown)
    ending = ("logout", "lock", ".pdf", ".xlsx", "/files/")
    return sorted({each for each in found if not any(word in each for word in ending)})


def _answering(browser: Any, pages: list[str]) -> list[str]:
    """Those of the pages that open."""
    return [each for each in pages if browser.get(each).status_code == 200]


def _held(town: Any) -> int:
    from hansatsu.wallets.selectors import total_balance

    return int(total_balance(town.issuer, town.resident.wallet_id))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
