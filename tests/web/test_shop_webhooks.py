"""Webhooks on the shop site: made once, secrets shown once, tested, sent again, stopped."""

import re
from collections.abc import Iterator

import pytest
from django.http import HttpResponse
from django.utils import timezone

from hansatsu.messages.webhooks.models import Attempt, Delivery, Endpoint, State
from hansatsu.messages.webhooks.services import MOST, remove_endpoint
from hansatsu.parties.identity.models import Role
from hansatsu.parties.issuers.models import AuditEntry
from hansatsu.parties.seals.secrets_box import unseal
from tests.support.clients import words
from tests.support.tills import Till, hire
from tests.town import Town, make_town

URL = "https://hooks.example/hansatsu"
FORM = {"url": URL, "events": ["payment.paid", "payment.refunded"], "contact": ""}


@pytest.fixture(scope="module")
def town() -> Town:
    return make_town()


@pytest.fixture(scope="module")
def boss(town: Town) -> Till:
    return Till(town.shop, hire(town.shop, role=Role.MANAGER))


@pytest.fixture(autouse=True)
def nothing_is_left(town: Town) -> Iterator[None]:
    """Workers of later tests would try to send what waits."""
    yield
    for endpoint in Endpoint.objects.of(town.issuer).filter(removed_at=None):
        remove_endpoint(endpoint)


def made(boss: Till, **more: object) -> HttpResponse:
    return boss.post("webhooks/new/", FORM | {"key": key_of(boss)} | more)  # type: ignore[arg-type]


def key_of(boss: Till) -> str:
    found = re.search(
        r'name="key" autocomplete="off" value="([^"]+)"', words(boss.get("webhooks/new/"))
    )
    assert found is not None
    return found[1]


def secret_in(answer: HttpResponse) -> str:
    found = re.search(r"whsec_[A-Za-z0-9+/=]+", words(answer))
    assert found is not None, words(answer)
    return found[0]


def endpoint_of(town: Town) -> Endpoint:
    return Endpoint.objects.of(town.issuer).filter(removed_at=None).get()


def mark_in(answer: HttpResponse) -> str:
    found = re.search(r'name="mark" value="([^"]+)"', words(answer))
    assert found is not None
    return found[1]


def acts(town: Town) -> list[str]:
    entries = AuditEntry.objects.filter(issuer=town.issuer, act__startswith="webhook_")
    return list(entries.order_by("pk").values_list("act", flat=True))


def test_an_endpoint_is_made_once_and_its_secret_shown_once(town: Town, boss: Till) -> None:
    assert "送り先はまだありません" in words(boss.get("webhooks/"))
    key, before = key_of(boss), len(acts(town))
    first = made(boss, key=key)
    assert secret_in(made(boss, key=key)) == secret_in(first)  # tapped twice, or reloaded
    endpoint = endpoint_of(town)
    assert unseal(endpoint.secret) == secret_in(first)
    assert (endpoint.url, endpoint.events) == (URL, FORM["events"])
    assert acts(town)[before:] == ["webhook_made"]
    for page in ("webhooks/", f"webhooks/{endpoint.pk}/"):
        shown = words(boss.get(page))
        assert URL in shown
        assert "whsec_" not in shown


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"url": ""}, "https:// から始まるアドレスを"),
        ({"url": "http://hooks.example/"}, "https:// から始まるアドレスに"),
        ({"url": "https://a:b@hooks.example/"}, "ユーザー名やパスワード"),
        ({"url": "https://hooks.example:22/"}, "ポートは443か"),
        ({"url": "https://10.0.0.1/"}, "届かないアドレス"),
        ({"events": []}, "1つ以上選んで"),
        ({"events": ["payment.stolen"]}, "1つ以上選んで"),
        ({"contact": "nobody"}, "メールアドレスの形"),
    ],
)
def test_a_wrong_form_says_what_and_makes_nothing(
    town: Town, boss: Till, wrong: dict[str, object], said: str
) -> None:
    before = acts(town)
    answer = made(boss, **wrong)
    assert answer.status_code == 422
    assert said in words(answer)
    assert not Endpoint.objects.of(town.issuer).filter(removed_at=None).exists()
    assert acts(town) == before


def test_a_shop_has_so_many_at_most(town: Town, boss: Till) -> None:
    for place in range(MOST):
        assert made(boss, url=f"{URL}/{place}").status_code == 200
    answer = made(boss)
    assert answer.status_code == 422
    assert f"送り先は{MOST}件まで" in words(answer)


def test_a_key_of_another_form_is_told(town: Town, boss: Till) -> None:
    key = key_of(boss)
    made(boss, key=key)
    answer = made(boss, key=key, url=f"{URL}/other")
    assert answer.status_code == 422
    assert "すでに使われています" in words(answer)
    assert endpoint_of(town).url == URL


def test_a_test_and_its_log_and_again(town: Town, boss: Till) -> None:
    made(boss)
    page = f"webhooks/{endpoint_of(town).pk}/"
    assert "まだ何も送っていません" in words(boss.get(page))
    answer = boss.post(f"{page}test/")
    assert "送信します。" in words(boss.get(answer["Location"]))
    delivery = Delivery.objects.get(endpoint=endpoint_of(town))
    assert (delivery.message.event, delivery.state) == ("webhook.test", State.WAITING)
    Attempt.objects.create(
        delivery=delivery, at=timezone.now(), status=500, milliseconds=1234, excerpt="<b>no</b>"
    )
    Attempt.objects.create(
        delivery=delivery, at=timezone.now(), milliseconds=9, error="no_connection"
    )
    Delivery.objects.filter(pk=delivery.pk).update(state=State.FAILED)
    shown = words(boss.get(page))
    for said in ("HTTP 500", "1,234ミリ秒", "&lt;b&gt;no", "つながりません", "届きませんでした"):
        assert said in shown
    boss.post(f"{page}deliveries/{delivery.pk}/")
    delivery.refresh_from_db()
    assert (delivery.state, delivery.by_hand) == (State.WAITING, True)
    assert acts(town)[-2:] == ["webhook_tested", "webhook_redelivered"]


def test_another_endpoints_delivery_is_not_sent_again(town: Town, boss: Till) -> None:
    made(boss)
    endpoint = endpoint_of(town)
    other = Till(town.large_shop, hire(town.large_shop, role=Role.MANAGER))
    made(other)
    (theirs,) = Endpoint.objects.filter(shop=town.large_shop, removed_at=None)
    other.post(f"webhooks/{theirs.pk}/test/")
    delivery = Delivery.objects.get(endpoint=theirs)
    Delivery.objects.filter(pk=delivery.pk).update(state=State.FAILED)
    answer = boss.post(f"webhooks/{endpoint.pk}/deliveries/{delivery.pk}/")
    assert answer.status_code == 404
    delivery.refresh_from_db()
    assert delivery.state == State.FAILED


def test_a_secret_changes_once_and_the_former_one_still_signs(town: Town, boss: Till) -> None:
    first = secret_in(made(boss))
    page = f"webhooks/{endpoint_of(town).pk}/"
    mark = mark_in(boss.get(page))
    second = secret_in(boss.post(f"{page}secret/", {"mark": mark}))
    again = boss.post(f"{page}secret/", {"mark": mark})  # tapped twice: ``first`` lives on
    assert again.status_code == 422
    assert "すでに変わっています" in words(again)
    endpoint = endpoint_of(town)
    assert [unseal(endpoint.secret), unseal(endpoint.former_secret)] == [second, first]
    assert acts(town)[-1] == "webhook_secret_changed"


def test_a_disabled_one_says_why_and_begins_again(town: Town, boss: Till) -> None:
    made(boss)
    endpoint = endpoint_of(town)
    page = f"webhooks/{endpoint.pk}/"
    for because, said in {"gone": "HTTP 410", "failed": "3日間"}.items():
        Endpoint.objects.filter(pk=endpoint.pk).update(
            disabled_at=timezone.now(), disabled_because=because
        )
        shown = words(boss.get(page))
        assert said in shown
        assert "停止中" in words(boss.get("webhooks/"))
    boss.post(f"{page}enable/")
    assert endpoint_of(town).disabled_at is None
    assert "送信は止まっています" not in words(boss.get(page))


def test_a_removed_one_is_gone(town: Town, boss: Till) -> None:
    made(boss)
    endpoint = endpoint_of(town)
    boss.post(f"webhooks/{endpoint.pk}/test/")
    answer = boss.post(f"webhooks/{endpoint.pk}/remove/")
    assert "送り先を削除しました" in words(boss.get(answer["Location"]))
    assert boss.get(f"webhooks/{endpoint.pk}/").status_code == 404
    assert boss.post(f"webhooks/{endpoint.pk}/test/").status_code == 404
    assert Delivery.objects.get(endpoint=endpoint).state == State.DROPPED
