"""Every page as a picture, into docs/screens/: each size, light and dark, both languages.

Runs a demo of its own, or uses the running one whose HANSATSU_HOME is given as the argument.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from pyotp import TOTP

from hansatsu.processes.ports import free_port

PROJECT = Path(__file__).resolve().parent.parent
SCREENS = PROJECT / "docs" / "screens"
SIZES = {"phone": (360, 740), "tablet": (820, 1180), "desktop": (1280, 800)}
SCHEMES = ("light", "dark")
LANGUAGES = ("ja", "en")
PATIENCE = 180  # seconds until a demo is ready

STRANGERS = {
    "landing": "/",
    "gallery": "/gallery/",
    "inbox": "/inbox/",
    "login": "/OEM202303/login/",
    "register": "/OEM202303/register/",
    "recover": "/OEM202303/recover/",
    "recover-password": "/OEM202303/recover/password/",
    "take-stranger": "/OEM202303/charge/code/",
    "shops": "/OEM202303/shops/",
    "shops-empty": "/OEM202303/shops/?q=%E3%81%AA%E3%81%84%E5%BA%97",
    "terms": "/OEM202303/terms/",
    "privacy": "/OEM202303/privacy/",
    "law": "/OEM202303/law/",
    "contact": "/OEM202303/contact/",
    "faq": "/OEM202303/faq/",
    "not-found": "/OEM202303/nothing/",
}
RESIDENTS = {
    "top": "/OEM202303/",
    "scan": "/OEM202303/scan/",
    "scan-unknown": "/OEM202303/scan/?code=S9999",
    "pay": "/OEM202303/pay/S0001",
    "pay-large-shop": "/OEM202303/pay/S0002",
    "take": "/OEM202303/charge/code/",
    "balance": "/OEM202303/balance/",
    "history": "/OEM202303/history/",
    "charge": "/OEM202303/charge/",
    "orders": "/OEM202303/orders/",
    "history-expired": "/OEM202303/history/?show=expiries",
    "account": "/OEM202303/account/",
    "devices": "/OEM202303/account/devices/",
}
SHOPS = {"till": "/shop/", "shop-today": "/shop/today/", "shop-qr": "/shop/qr/"}
CONSOLE = {
    "console-home": "/console/",
    "console-shops": "/console/shop/",
    "console-shop": "/console/shop/1/",
    "console-shop-new": "/console/shops/new/",
    "console-shop-import": "/console/shops/import/",
    "console-posters": "/console/shops/posters/",
    "console-emoneys": "/console/emoney/",
    "console-accept": "/console/emoneys/1/accept/",
    "console-products": "/console/product/",
    "console-product-new": "/console/products/new/",
    "console-makings": "/console/making/",
    "console-codes-new": "/console/makings/codes/",
    "console-settings": "/console/settings/",
    "console-office": "/console/settings/office/",
    "console-record": "/console/auditentry/",
    "console-passkeys": "/console/passkeys/",
    "console-passkey-add": "/console/passkeys/add/",
}
MANAGERS = {
    "shop-menu": "/shop/menu/",
    "shop-payments": "/shop/payments/",
    "shop-day": "/shop/payments/day/",
    "shop-card": "/shop/card/",
    "shop-statements": "/shop/statements/",
    "shop-staff": "/shop/staff/",
    "shop-staff-new": "/shop/staff/new/",
    "shop-terminals": "/shop/terminals/",
    "shop-terminal-new": "/shop/terminals/new/",
    "shop-webhooks": "/shop/webhooks/",
    "shop-webhook-new": "/shop/webhooks/new/",
    "shop-settings": "/shop/settings/",
    "shop-audit": "/shop/audit/",
    "shop-me": "/shop/me/",
    "shop-passkeys": "/shop/me/passkeys/",
    "shop-passkey-add": "/shop/me/passkeys/add/",
    "shop-prove": "/shop/prove/",
    "api-docs": "/api/v1/docs",
}


def main() -> None:
    """Take them all."""
    shutil.rmtree(SCREENS, ignore_errors=True)
    SCREENS.mkdir(parents=True)
    with _town() as town, sync_playwright() as playwright:
        as_root = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = playwright.chromium.launch(executable_path=_chromium(), args=as_root)
        for size in SIZES:
            for scheme in SCHEMES:
                for language in LANGUAGES:
                    _take(browser, town, size, scheme, language)
        browser.close()
    print(f"{len(list(SCREENS.iterdir()))} pictures in {SCREENS.relative_to(PROJECT)}")


def _take(browser: Browser, town: dict[str, Any], size: str, scheme: str, language: str) -> None:
    context = _device(browser, town, size, scheme)
    page = context.new_page()
    end = f"{size}-{scheme}-{language}.png"
    page.goto(f"/OEM202303/login/?languageCd={language}")
    for name, address in STRANGERS.items():
        _shoot(page, address, f"{name}-{end}")
    _log_in(page, _resident(town, end), end)
    for name, address in RESIDENTS.items():
        _shoot(page, address, f"{name}-{end}")
    _look_at_codes(page, town, end)
    hosted = _buy(page, town, end)
    _pay_back(page, _resident(town, end), hosted, end)
    _refuse_and_pay(page, end)
    _stop_a_device(page, end)
    _shoot(page, "/shop/login/", f"shop-login-{end}")
    _log_in_staff(page, town["shops"][0]["staff"][-1])
    for name, address in SHOPS.items():
        _shoot(page, address, f"{name}-{end}")
    _ask(page, end)
    paid = _ring_up(page, context.new_page(), end)
    _manage(page, town, paid, end)
    _run_the_scheme(page, town, end)
    context.close()


def _resident(town: dict[str, Any], end: str) -> dict[str, str]:
    """One a size: the mails of one-time passwords to one account are limited."""
    size = end.partition("-")[0]
    found: dict[str, str] = town["residents"][list(SIZES).index(size)]
    return found


def _refuse_and_pay(page: Page, end: str) -> None:
    page.goto("/OEM202303/pay/S0002")
    page.fill("#amount", "900000")
    _send(page, "form:has(#amount)")
    _picture(page, f"pay-short-{end}")
    page.fill("#amount", "12a")
    _send(page, "form:has(#amount)")
    _picture(page, f"pay-wrong-{end}")
    page.goto("/OEM202303/pay/S0001")
    page.fill("#amount", "1")
    _send(page, "form:has(#amount)")
    _picture(page, f"confirm-{end}")
    confirm = page.url
    with page.expect_navigation(url="**/payments/**"):
        page.click("[data-pay] button")
    _picture(page, f"paid-{end}")
    _shoot(page, page.url.partition("?")[0], f"payment-{end}")
    page.goto("/OEM202303/history/?show=payments")
    page.click("summary >> nth=0")
    _picture(page, f"history-open-{end}")
    page.goto(confirm.replace("S0001", "S0002"))
    _picture(page, f"confirm-elsewhere-{end}")


def _look_at_codes(page: Page, town: dict[str, Any], end: str) -> None:
    """What a gift code and a card hold, and what is said of a wrong code."""
    for kind in ("gift_codes", "cards"):
        page.goto(f"/OEM202303/charge/code/#{town[kind][0]['code']}")
        page.wait_for_url("**/charge/code/*/")
        _picture(page, f"take-{kind}-{end}")
    page.goto("/OEM202303/charge/code/")
    page.fill("#code", "1234")
    _send(page, "form[data-take]")
    _picture(page, f"take-wrong-{end}")


def _buy(page: Page, town: dict[str, Any], end: str) -> str:
    """An order by card up to its payment page, then given up, so that its code serves again.
    Returns the address of its hosted page for a convenience store."""
    code = next(c["code"] for c in town["purchase_codes"] if not c["used"] and c["units"] == 2)
    page.goto("/OEM202303/charge/")
    page.click("main .list a >> nth=1")
    _picture(page, f"charge-code-{end}")
    page.fill("#code", "P123")
    _send(page, "form:has(#code)")
    _picture(page, f"charge-code-wrong-{end}")
    page.fill("#code", code)
    _send(page, "form:has(#code)")
    _picture(page, f"order-confirm-{end}")
    order = page.url.removesuffix("confirm/")
    _send(page, "form[action$='/confirm/']")
    _picture(page, f"order-pay-{end}")
    _send(page, "form:has([value=card])")
    _picture(page, f"sandbox-card-{end}")
    page.goto(f"{order}pay/")
    _send(page, "form:has([value=konbini])")
    _picture(page, f"sandbox-konbini-{end}")
    hosted = page.url
    _send(page, "form[action$='/number/']")
    page.wait_for_selector(".slip", state="attached")
    page.click("summary >> nth=0")
    _picture(page, f"order-konbini-{end}")
    _send(page, "form[action$='/cancel/']")
    _picture(page, f"order-cancelled-{end}")
    return hosted


def _pay_back(page: Page, resident: dict[str, str], hosted: str, end: str) -> None:
    """Money that comes after the order was given up, and the mailed page for the account that it
    goes back to: the worker asks within a minute."""
    before = len(_paybacks(page, resident))
    page.goto(hosted)
    _send(page, "form[action$='/store/']")
    _picture(page, f"sandbox-late-{end}")
    link = _arrived(lambda: _paybacks(page, resident), before)
    _shoot(page, link, f"payback-{end}")
    _send(page, "form:has(#bank)")
    _picture(page, f"payback-wrong-{end}")
    for field, typed in {"bank": "0517", "branch": "001", "number": "7654321"}.items():
        page.fill(f"#{field}", typed)
    page.fill("#holder", "オヤマ ハナコ")
    page.check("#type-1")
    _send(page, "form:has(#bank)")
    _picture(page, f"payback-done-{end}")
    _shoot(page, link, f"payback-used-{end}")


def _stop_a_device(page: Page, end: str) -> None:
    page.goto("/OEM202303/account/devices/")
    page.click("main a[href*='/account/devices/'] >> nth=0")
    _picture(page, f"stop-device-{end}")


def _ask(page: Page, end: str) -> None:
    page.goto("/shop/")
    page.click("[data-key='1']")
    page.click("[data-next]")
    page.click("[formaction]")
    _picture(page, f"till-asked-{end}")


def _ring_up(page: Page, phone: Page, end: str) -> str:
    """Take a payment; the address of its page."""
    page.goto("/shop/")
    page.click("[data-key='1']")
    page.click("[data-next]")
    _picture(page, f"till-scan-{end}")
    _enter_code(page, "1234")
    page.wait_for_selector("[data-refusal]:not([hidden])")
    _picture(page, f"till-refused-{end}")
    _enter_code(page, _code_on(phone))
    page.wait_for_url("**/till/confirm/**")
    _picture(page, f"till-confirm-{end}")
    confirm = page.url
    _shoot(page, f"{confirm}?refused=insufficient", f"till-confirm-refused-{end}")
    page.goto(confirm)
    page.click("[data-pay] button")
    page.wait_for_selector(".paid")
    _picture(page, f"till-paid-{end}")
    phone.wait_for_url("**/payments/**")
    _picture(phone, f"code-paid-{end}")
    address = page.url.partition("?")[0]
    _shoot(page, address, f"shop-payment-{end}")
    return address


def _run_the_scheme(page: Page, town: dict[str, Any], end: str) -> None:
    """What the owner of the console sees of shops, programs and settings."""
    page.context.clear_cookies()
    page.goto(f"/console/login/?languageCd={end.rpartition('-')[2][:2]}")
    _picture(page, f"console-login-{end}")
    owner = town["console"][0]
    page.fill("#login_id", owner["login_id"])
    page.fill("#password", owner["password"])
    _send(page, "form:has(#login_id)")
    page.fill("#code", TOTP(owner["totp_secret"]).now())
    _send(page, "form:has(#code)")
    for name, address in CONSOLE.items():
        _shoot(page, address, f"{name}-{end}")


def _manage(page: Page, town: dict[str, Any], paid: str, end: str) -> None:
    """What a manager sees, up to a payment that is given back."""
    manager = town["shops"][0]["staff"][0]
    page.context.clear_cookies()
    page.goto(f"/shop/login/?languageCd={end.rpartition('-')[2][:2]}")
    _log_in_staff(page, manager)
    _picture(page, f"shop-login-code-{end}")
    page.fill("#code", TOTP(manager["totp_secret"]).now())
    _send(page, "form:has(#code)")
    for name, address in MANAGERS.items():
        _shoot(page, address.replace("/api/v1", town["api"]), f"{name}-{end}")
    _shoot(page, f"{paid}slip/", f"shop-slip-{end}")
    page.goto(f"{paid}refund/")
    _picture(page, f"shop-refund-{end}")
    page.fill("#amount", "1")
    page.check("form input[type=radio] >> nth=0")
    _send(page, "form:has(#amount)")
    _picture(page, f"shop-refund-confirm-{end}")
    with page.expect_navigation(url="**/payments/**"):
        page.click("main form button[type=submit] >> nth=0")
    _picture(page, f"shop-refunded-{end}")


def _enter_code(page: Page, code: str) -> None:
    page.fill("[data-code]", code)
    page.click("[data-step=scan] button[data-working]")


def _code_on(phone: Page) -> str:
    phone.goto("/OEM202303/")
    return phone.get_attribute("[data-pay-code]", "data-pay-code") or ""


def _send(page: Page, form: str) -> None:
    with page.expect_navigation():
        page.click(f"{form} button")


def _shoot(page: Page, address: str, name: str) -> None:
    page.goto(address)
    _picture(page, name)


def _picture(page: Page, name: str) -> None:
    page.wait_for_load_state("load")
    page.screenshot(path=SCREENS / name, full_page=True)


def _log_in_staff(page: Page, person: dict[str, str]) -> None:
    page.goto("/shop/login/")
    page.fill("#login_id", person["login_id"])
    page.fill("#password", person["password"])
    _send(page, "form:has(#login_id)")


def _log_in(page: Page, resident: dict[str, str], end: str) -> None:
    """The whole way in, with ALTCHA for the puzzle and the digits of the demo's inbox."""
    page.goto("/OEM202303/login/")
    page.fill("#login_id", resident["login_id"])
    _send(page, "form:has(#login_id)")
    _picture(page, f"login-check-{end}")
    page.click("[data-work] summary")
    page.click("altcha-widget [type=checkbox]")
    page.wait_for_selector("altcha-widget [data-state=verified]")
    _picture(page, f"login-work-{end}")
    page.fill("#password", resident["password"])
    before = len(_digits(page, resident))
    with page.expect_navigation(url="**/login/code/"):
        page.click("form[data-login] button[type=submit]")
    _picture(page, f"login-code-{end}")
    page.fill("#code", _arrived(lambda: _digits(page, resident), before))
    _send(page, "form:has(#code)")


def _arrived(look: Callable[[], list[str]], before: int) -> str:
    """What the mail brings after the ``before`` ones that were there."""
    deadline = time.monotonic() + PATIENCE
    while len(found := look()) <= before:
        if time.monotonic() > deadline:
            sys.exit("A mail does not arrive: look into the worker's log.")
        time.sleep(0.2)
    return found[0]


def _digits(page: Page, resident: dict[str, str]) -> list[str]:
    """The one-time passwords in the inbox, newest first."""
    return [line for line in _lines(page, resident) if len(line) == 4 and line.isdecimal()]


def _paybacks(page: Page, resident: dict[str, str]) -> list[str]:
    """The links to the page for a bank account in the inbox, newest first."""
    return [line for line in _lines(page, resident) if "/payback/" in line]


def _lines(page: Page, resident: dict[str, str]) -> list[str]:
    """What stands in a resident's mails, newest first."""
    mails = page.request.get("/inbox.json", params={"to": resident["email"]}).json()
    return [line.strip() for mail in mails for line in mail["text"].splitlines()]


def _device(browser: Browser, town: dict[str, Any], size: str, scheme: str) -> BrowserContext:
    width, height = SIZES[size]
    return browser.new_context(
        base_url=town["site"],
        viewport={"width": width, "height": height},
        color_scheme="dark" if scheme == "dark" else "light",
        timezone_id="Asia/Tokyo",
        has_touch=size == "phone",
        is_mobile=size == "phone",
    )


@contextmanager
def _town() -> Iterator[dict[str, Any]]:
    if len(sys.argv) > 1:
        yield json.loads((Path(sys.argv[1]) / "demo.json").read_text())
        return
    with tempfile.TemporaryDirectory(prefix="hansatsu-screens-") as home:
        Path(home).chmod(0o755)
        demo = subprocess.Popen(
            [str(PROJECT / ".venv" / "bin" / "hansatsu"), "demo", "--port", str(free_port())],
            env=os.environ | {"HANSATSU_HOME": home, "HANSATSU_DIE_WITH_PARENT": "1"},
        )
        try:
            yield _when_ready(Path(home) / "demo.json", demo)
        finally:
            demo.terminate()
            demo.wait()


def _when_ready(file: Path, demo: subprocess.Popen[bytes]) -> dict[str, Any]:
    deadline = time.monotonic() + PATIENCE
    while not file.exists():
        if demo.poll() is not None or time.monotonic() > deadline:
            sys.exit("The demo does not get ready: see above.")
        time.sleep(0.2)
    town: dict[str, Any] = json.loads(file.read_text())
    return town


def _chromium() -> str:
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if path := shutil.which(name):
            return path
    sys.exit("No chromium found: run `make test` first, or install it as your system does.")


if __name__ == "__main__":
    main()
