"""An upgrade while the town pays: processes of the version before go on working on the schema that
the new version has migrated, beside new ones, until they are restarted."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from hansatsu.database.connections import ledger_connection
from hansatsu.database.server import EmbeddedServer
from hansatsu.ledger import api as ledger
from hansatsu.parties import clock
from hansatsu.parties.shops.api_keys import make_api_key
from hansatsu.parties.wallets.selectors import total_balance
from tests.support.pos import Pos, new_key, running_api
from tests.support.sound import is_sound
from tests.town import Town
from tests.versions import before

SCOPES = ("pay", "refund_today", "refund_any")
ROUNDS = 12
HELD = 1_000


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return before.lay_out(tmp_path_factory.mktemp("before"))


@pytest.fixture(scope="module")
def ports(
    server: EmbeddedServer, application_environment: dict[str, str], tree: Path
) -> Iterator[tuple[int, int]]:
    """An API process of the version before and one of this, on one database."""
    of_before = application_environment | before.with_code_of(tree)
    with (
        running_api(of_before, server.home) as old,
        running_api(application_environment, server.home) as new,
    ):
        yield old.port, new.port


@pytest.fixture
def tills(ports: tuple[int, int], town: Town) -> tuple[Pos, Pos]:
    """One terminal, whose calls go to either version."""
    key = make_api_key(town.terminal(), SCOPES)[0]
    return Pos(ports[0], key), Pos(ports[1], key)


def test_the_code_of_before_is_what_runs(
    application_environment: dict[str, str], tree: Path
) -> None:
    said = subprocess.run(
        [sys.executable, "-c", "import hansatsu.ledger as l; print(l.__file__)"],
        env=application_environment | before.with_code_of(tree),
        capture_output=True,
        text=True,
        check=True,
    )
    assert Path(said.stdout.strip()).is_relative_to(tree)
    assert not Path(ledger.__file__).is_relative_to(tree)


def test_a_history_that_is_not_there_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(before, "ROOT", tmp_path)
    with pytest.raises(before.HistoryMissingError, match="clone it whole"):
        before.lay_out(tmp_path)


def test_one_payment_whichever_version_is_asked(town: Town, tills: tuple[Pos, Pos]) -> None:
    for first, then in (tills, tills[::-1]):
        code, card = town.card(HELD)
        key = new_key()
        paid = first.pay(code, 100, key=key, reference=None)
        again = then.pay(code, 100, key=key, reference=None)
        assert (paid.status, again.status) == (201, 201)
        assert again.json["id"] == paid.json["id"]
        assert then.refund(paid.json["id"], 40).status == 201
        assert first.refund(paid.json["id"]).json["amount"] == 60
        assert then.refund(paid.json["id"]).code == "already_refunded"
        assert total_balance(town.issuer, card.wallet_id) == HELD


def test_what_one_cancels_the_other_does_not_pay(town: Town, tills: tuple[Pos, Pos]) -> None:
    for first, then in (tills, tills[::-1]):
        code, card = town.card(HELD)
        given_up, undone = new_key(), new_key()
        assert first.cancel(given_up).json["status"] == "cancelled"
        assert then.pay(code, 100, key=given_up, reference=None).code == "request_cancelled"
        assert first.pay(code, 100, key=undone, reference=None).status == 201
        assert then.cancel(undone).json["status"] == "refunded"
        assert total_balance(town.issuer, card.wallet_id) == HELD


def test_a_town_pays_through_both_at_once(town: Town, tills: tuple[Pos, Pos]) -> None:
    """All cards at both: payments, retries at the other version, refunds, cancellations."""
    started = clock.now()
    cards = [town.card(HELD) for _ in range(4)]

    def walk(place: int) -> int:
        """Yen that a till of one version has kept of a card."""
        code, _card = cards[place % len(cards)]
        till, other = tills[place % 2], tills[(place + 1) % 2]
        kept = 0
        for turn in range(ROUNDS):
            key = new_key()
            paid = _sure(lambda key=key: till.pay(code, 10, key=key, reference=None))
            assert paid["amount"] == 10
            again = _sure(lambda key=key: other.pay(code, 10, key=key, reference=None))
            assert again["id"] == paid["id"]
            if turn % 3 == 0:
                assert other.refund(paid["id"], 4).status == 201
                kept += 6
            elif turn % 3 == 1:
                assert till.cancel(key).json["status"] == "refunded"
            else:
                kept += 10
        return kept

    with ThreadPoolExecutor(8) as pool:
        kept = sum(pool.map(walk, range(8)))
    left = sum(total_balance(town.issuer, card.wallet_id) for _, card in cards)
    assert left == len(cards) * HELD - kept
    day = ledger.shop_sum(
        ledger_connection(), town.issuer.pk, town.shop.pk, since=started, until=clock.now()
    )
    assert day.total == kept
    assert is_sound()


def _sure(call: Callable[[], object]) -> dict[str, object]:
    """The answer of a call that is made again while it is told to be."""
    for _ in range(20):
        answered = call()
        if answered.status != 503:  # type: ignore[attr-defined]
            break
    assert answered.status == 201, answered  # type: ignore[attr-defined]
    return answered.json  # type: ignore[attr-defined, no-any-return]
