"""お支払い会社: an owner chooses where residents pay, with keys that are seen to serve."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from hansatsu.flows.charging.models import OrderState, ProviderAccount
from hansatsu.flows.charging.provider_accounts import (
    MisfitError,
    active_account,
    open_account,
    provider_of,
)
from hansatsu.flows.charging.psp.sandbox import books
from hansatsu.parties.identity.models import Role
from hansatsu.parties.issuers.models import AuditEntry
from hansatsu.parties.seals.secrets_box import unseal
from tests.support.buying import Stall, deliver_all, page_of
from tests.support.clerks import Desk
from tests.support.clients import Visitor, words
from tests.support.fake_stripe.library import fake_stripe
from tests.support.fake_stripe.state import FakeStripe
from tests.town import Town, make_town

KEYS = {"secret_key": "sk_test_fake", "webhook_secret": "whsec_fake", "reason": "契約"}


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeStripe]:
    with fake_stripe(monkeypatch) as made:
        yield made


def kept(town: Town) -> Any:
    accounts = ProviderAccount.objects.of(town.issuer).order_by("pk")
    acts = AuditEntry.objects.of(town.issuer).exclude(act="log_in").count()
    return list(accounts.values("provider", "secrets", "active")), acts


def test_keys_that_serve_are_kept_sealed_and_never_shown(
    town: Town, desk: Desk, fake: FakeStripe
) -> None:
    page = words(desk.get("settings/provider/"))
    assert f"/psp/stripe/{town.issuer.code}/webhook/" in page
    assert "charge.dispute.funds_withdrawn" in page
    assert desk.post("settings/provider/keys/?provider=stripe", KEYS).status_code == 303
    assert fake.calls[-1][:2] == ("GET", "/v1/checkout/sessions")
    account = active_account(town.issuer)
    assert account is not None
    assert "fake" not in account.secrets
    provider_of(account).greet()
    pages = [desk.get(each) for each in ("settings/provider/", "settings/", "auditentry/")]
    pages.append(desk.get("settings/provider/keys/?provider=stripe"))
    assert not any("sk_test_fake" in words(each) for each in pages)
    assert "使用中" in words(pages[0])
    act = AuditEntry.objects.of(town.issuer).latest("pk")
    assert (act.act, act.reason) == ("provider_chosen", "契約")
    assert (act.before, act.after) == ({"provider": None}, {"provider": "stripe"})


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"secret_key": "sk_live_fake"}, "テスト用の鍵を入力してください。"),
        ({"secret_key": "pk_test_fake"}, "テスト用の鍵を入力してください。"),
        ({"webhook_secret": "sk_test_fake"}, "テスト用の鍵を入力してください。"),
        ({"secret_key": "sk_test_other"}, "この鍵では断られました。"),
        ({"secret_key": ""}, "入力してください。"),
        ({"reason": ""}, "入力してください。"),
    ],
)
def test_keys_that_do_not_serve_change_nothing(
    town: Town, desk: Desk, fake: FakeStripe, typed: dict[str, str], said: str
) -> None:
    before = kept(town)
    answer = desk.post("settings/provider/keys/?provider=stripe", KEYS | typed)
    assert answer.status_code == 422
    assert said in words(answer)
    assert "whsec_fake" not in words(answer)
    assert kept(town) == before


def test_while_the_provider_is_down_nothing_changes(
    town: Town, desk: Desk, fake: FakeStripe
) -> None:
    fake.mood = "down"
    before = kept(town)
    answer = desk.post("settings/provider/keys/?provider=stripe", KEYS)
    assert answer.status_code == 422
    assert "鍵を確かめられませんでした" in words(answer)
    assert kept(town) == before


def test_keys_of_another_account_are_refused_once_orders_were_paid_at_one(
    town: Town, desk: Desk, fake: FakeStripe, monkeypatch: pytest.MonkeyPatch
) -> None:
    stall = Stall(town)
    assert desk.post("settings/provider/keys/?provider=stripe", KEYS).status_code == 303
    assert stall.awaiting("card").checkouts.get().provider == "stripe"
    new = KEYS | {"webhook_secret": "whsec_new"}
    with fake_stripe(monkeypatch):  # the same key opens another account here
        before = kept(town)
        answer = desk.post("settings/provider/keys/?provider=stripe", new)
        assert answer.status_code == 422
        assert "口座の鍵ではありません" in words(answer)
        assert kept(town) == before


def test_keys_of_the_same_account_are_changed_while_orders_are_open(
    town: Town, desk: Desk, fake: FakeStripe
) -> None:
    stall = Stall(town)
    assert desk.post("settings/provider/keys/?provider=stripe", KEYS).status_code == 303
    assert stall.awaiting("card").checkouts.get().provider == "stripe"
    new = KEYS | {"webhook_secret": "whsec_new"}
    assert desk.post("settings/provider/keys/?provider=stripe", new).status_code == 303
    account = active_account(town.issuer)
    assert account is not None
    assert json.loads(unseal(account.secrets))["webhook_secret"] == "whsec_new"


def test_test_keys_are_refused_to_a_live_issuer() -> None:
    """With them everybody could buy with the numbers of test cards."""
    town = make_town(mode="live")
    keys = {name: KEYS[name] for name in ("secret_key", "webhook_secret")}
    with pytest.raises(MisfitError):
        open_account(town.issuer, "stripe", keys)
    answer = Desk(town.issuer).post("settings/provider/keys/?provider=stripe", KEYS)
    assert "お金が動かないままチャージされて" in words(answer)
    assert kept(town) == ([], 0)
    open_account(town.issuer, "stripe", keys | {"secret_key": "rk_live_1"})


def test_the_sandbox_draws_its_own_secret_and_sells_at_once(town: Town, desk: Desk) -> None:
    assert (
        desk.post("settings/provider/keys/?provider=sandbox", {"reason": "練習"}).status_code == 303
    )
    account = active_account(town.issuer)
    assert account is not None
    assert account.provider == "sandbox"
    assert len(json.loads(unseal(account.secrets))["webhook_secret"]) >= 32


def test_a_live_issuer_has_no_sandbox() -> None:
    town = make_town(mode="live")
    desk = Desk(town.issuer)
    assert (
        desk.post("settings/provider/keys/?provider=sandbox", {"reason": "練習"}).status_code == 404
    )
    assert (
        desk.post("settings/provider/keys/?provider=nobody", {"reason": "練習"}).status_code == 404
    )
    assert "Sandbox" not in words(desk.get("settings/provider/"))
    assert kept(town) == ([], 0)


def test_orders_that_have_begun_go_on_where_they_began(
    town: Town, desk: Desk, fake: FakeStripe
) -> None:
    stall = Stall(town)
    order = stall.awaiting("card")
    assert desk.post("settings/provider/keys/?provider=stripe", KEYS).status_code == 303
    books.pay(page_of(order))
    deliver_all(town.issuer.code)
    order.refresh_from_db()
    assert order.state == OrderState.CHARGED
    assert "前の口座" in words(desk.get("settings/provider/"))
    later = stall.awaiting("card")
    assert later.checkouts.get().provider == "stripe"
    assert (
        desk.post("settings/provider/keys/?provider=sandbox", {"reason": "戻す"}).status_code == 303
    )
    page = Visitor.logged_in(town.resident).get(f"orders/{later.number}/pay/")
    assert "https://checkout.stripe.com" in page.headers["Content-Security-Policy"]


def test_when_nothing_is_sold_online_the_page_says_so_and_the_code_is_kept(
    town: Town, desk: Desk
) -> None:
    stall = Stall(town)
    order = stall.order()
    assert desk.post("settings/provider/stop/", {"reason": "契約終了"}).status_code == 303
    assert active_account(town.issuer) is None
    assert AuditEntry.objects.of(town.issuer).latest("pk").act == "provider_stopped"
    visitor = Visitor.logged_in(town.resident)
    answer = visitor.post(f"orders/{order.number}/pay/", {"method": "card"})
    assert "ただいま、お支払いを受け付けていません。" in words(answer)
    assert "お支払い方法を選択してください" not in words(answer)
    assert answer.status_code == 200
    order.refresh_from_db()
    assert order.state == OrderState.CONFIRMED
    acts = kept(town)
    desk.post("settings/provider/stop/", {"reason": "もう一度"})
    assert kept(town) == acts


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.ACCOUNTANT, Role.SUPPORT, Role.VIEWER])
def test_only_an_owner_may(town: Town, role: str) -> None:
    desk = Desk(town.issuer, role)
    before = kept(town)
    for page in ("stop/", "keys/?provider=sandbox", "keys/?provider=stripe"):
        assert desk.post(f"settings/provider/{page}", KEYS).status_code == 403
    assert kept(town) == before
