"""A manager makes keys of the API: each is shown once, and a reload makes no other."""

import re

import pytest
from django.http import HttpResponse

from hansatsu.database.connections import ledger_connection
from hansatsu.flows.payments.takings import last_payment_at
from hansatsu.ledger import api as ledger
from hansatsu.parties.issuers.audit import Actor, place_of_shop
from hansatsu.parties.issuers.models import AuditEntry
from hansatsu.parties.shops import management
from hansatsu.parties.shops.api_keys import make_api_key
from hansatsu.parties.shops.models import ApiKey, Terminal
from hansatsu.parties.shops.terminals import open_terminal
from hansatsu.web.shared.words import japan_time
from tests.support.racing import race
from tests.support.tills import Till, hire
from tests.town import Town


@pytest.fixture
def pos(town: Town) -> Terminal:
    return open_terminal(town.shop, "1階レジ", kind="pos")


@pytest.fixture
def boss(town: Town) -> Till:
    return Till(town.shop, hire(town.shop, role="manager"))


def mark_in(answer: HttpResponse) -> str:
    found = re.search(r'name="mark" autocomplete="off" value="([^"]+)"', answer.content.decode())
    assert found is not None
    return found[1]


def keys_of(pos: Terminal) -> int:
    return ApiKey.objects.filter(terminal=pos).count()


def by(pos: Terminal) -> Actor:
    return Actor(pos.issuer, "staff:1", "店長", place_of_shop(pos.shop_id))


def test_a_form_sent_twice_makes_one_key(boss: Till, pos: Terminal) -> None:
    page = f"terminals/{pos.pk}/"
    form = {"scopes": "pay", "mark": mark_in(boss.get(page))}
    first = boss.post(f"{page}keys/", form)
    secret = re.search(r"hk_[0-9A-Za-z]{40}", first.content.decode())
    assert secret is not None
    before = AuditEntry.objects.count()
    again = boss.post(f"{page}keys/", form)
    assert again.status_code == 409
    assert "キーは、すでに発行されています。" in again.content.decode()
    assert secret[0] not in again.content.decode()
    assert (keys_of(pos), AuditEntry.objects.count()) == (1, before)
    other = boss.post(f"{page}keys/", form | {"mark": mark_in(boss.get(page))})
    assert other.status_code == 200
    assert keys_of(pos) == 2


def test_a_key_is_not_stopped_by_one_tap(town: Town, boss: Till, pos: Terminal) -> None:
    """Before: the till stood still at once."""
    key = ApiKey.objects.get(pk=make_api_key(pos)[1].pk)
    page = boss.get(f"terminals/{pos.pk}/").content.decode()
    assert f'href="/shop/keys/{key.pk}/stop/"' in page
    asked = boss.get(f"keys/{key.pk}/stop/").content.decode()
    for said in ("1階レジ", key.prefix, "31日間ありません"):
        assert said in asked
    town.charge(town.resident, town.all_shops, 500)
    paid = ledger.pay(
        ledger_connection(),
        ledger.Payment(
            ledger.Request.of(pos.actor, "k-1", "pay"),
            town.issuer.pk,
            town.shop.pk,
            town.resident.wallet_id,
            300,
        ),
    )
    assert paid.paid
    last = last_payment_at(pos)
    assert last is not None
    assert japan_time(last) in boss.get(f"keys/{key.pk}/stop/").content.decode()
    assert ApiKey.objects.get(pk=key.pk).revoked_at is None
    assert boss.post(f"keys/{key.pk}/stop/").status_code == 303
    assert ApiKey.objects.get(pk=key.pk).revoked_at is not None


def test_a_terminal_that_was_stopped_meanwhile_gets_no_key(boss: Till, pos: Terminal) -> None:
    mark = management.keys_mark(pos)
    management.stop_terminal(by(pos), pos)
    assert management.add_key(by(pos), pos, ["pay"], mark) == ""
    assert keys_of(pos) == 0


def test_forms_sent_at_the_same_moment_make_one_key(pos: Terminal) -> None:
    mark = management.keys_mark(pos)
    secrets = race(lambda _: management.add_key(by(pos), pos, ["pay"], mark))
    assert len([each for each in secrets if each]) == keys_of(pos) == 1
