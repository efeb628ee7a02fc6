"""``hansatsu print …``: what is made is in the file, and nothing is made without it."""

import getpass
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from hansatsu.cli import hansatsu
from hansatsu.flows.printouts.models import PrintFile
from hansatsu.parties.cards.models import Card
from hansatsu.parties.cards.services import find_card
from hansatsu.parties.gifts.models import GiftBatch
from hansatsu.parties.gifts.services import find_gift
from hansatsu.parties.issuers.models import AuditEntry, Issuer
from hansatsu.parties.wallets.selectors import total_balance
from tests.support.papers import codes_of
from tests.town import Town


def run(town: Town, *words: str) -> Result:
    reason = [] if words[0] == "poster" else ["--reason", "敬老の日"]
    return CliRunner().invoke(hansatsu, ["print", *words, *reason, "--issuer", town.issuer.code])


def test_cards_are_in_the_file_and_nowhere_else(town: Town, tmp_path: Path) -> None:
    output = tmp_path / "cards.pdf"
    values = ["--value", "全店共通=500", "--value", "中小店舗限定=300"]
    done = run(town, "cards", "--count", "2", *values, "--output", str(output))
    assert done.exit_code == 0, done.output
    assert stat.S_IMODE(output.stat().st_mode) == 0o600
    codes, _ = codes_of(output.read_bytes())
    for code in codes:
        card = find_card(town.issuer, code)
        assert card is not None
        assert total_balance(town.issuer, card.wallet_id) == 800
    (kept,) = PrintFile.objects.of(town.issuer)
    assert kept.sealed is None


def test_what_a_command_makes_is_on_record_with_its_worth(town: Town, tmp_path: Path) -> None:
    values = ["--value", "全店共通=500", "--value", "中小店舗限定=300"]
    run(town, "cards", "--count", "20", *values, "--output", str(tmp_path / "cards.pdf"))
    made = AuditEntry.objects.of(town.issuer).latest("pk")
    assert (made.act, made.reason, made.place) == ("cards_printed", "敬老の日", "server")
    assert (made.actor, made.actor_name) == ("system:command", getpass.getuser())
    assert made.after == {
        "count": 20,
        "parts": ["全店共通 500円", "中小店舗限定 300円"],
        "totals": ["全店共通 10,000円", "中小店舗限定 6,000円"],
        "total": 16_000,
    }
    rules = ["--name", "冬", "--value", "全店共通=500"]
    run(town, "gifts", "--count", "3", *rules, "--output", str(tmp_path / "gifts.pdf"))
    made = AuditEntry.objects.of(town.issuer).latest("pk")
    assert (made.act, made.after["name"], made.after["total"]) == ("gifts_printed", "冬", 1_500)


def test_what_cannot_be_printed_is_named(town: Town, tmp_path: Path) -> None:
    Issuer.objects.filter(pk=town.issuer.pk).update(office_name="商工☕会")
    town.add_shop("S0077", town.all_shops, name="髙はし☕")
    values = ["--count", "1", "--value", "全店共通=500"]
    for words in (
        ["cards", *values],
        ["gifts", *values, "--name", "冬"],
        ["poster", "--shop", "S0077"],
    ):
        done = run(town, *words, "--output", str(tmp_path / f"{words[0]}.pdf"))
        assert done.exit_code == 0, done.output
        assert "Warning: “☕” in “商工☕会” cannot be printed" in done.stderr
    assert "Warning: S0077 “☕” in “髙はし☕”" in done.stderr
    done = run(town, "poster", "--shop", "S0001", "--output", str(tmp_path / "other.pdf"))
    assert "S0001" not in done.stderr


@pytest.mark.parametrize("reason", [[], ["--reason", " "]])
def test_a_command_makes_nothing_without_a_reason(
    town: Town, tmp_path: Path, reason: list[str]
) -> None:
    output, issuer = tmp_path / "cards.pdf", ["--issuer", town.issuer.code]
    words = ["cards", "--count", "2", "--value", "全店共通=500", "--output", str(output), *reason]
    done = CliRunner().invoke(hansatsu, ["print", *words, *issuer])
    assert (done.exit_code != 0, "--reason" in done.output) == (True, True)
    assert not output.exists()
    assert not Card.objects.of(town.issuer).exists()
    assert not AuditEntry.objects.of(town.issuer).exists()


def test_gifts_have_their_rules(town: Town, tmp_path: Path) -> None:
    output = tmp_path / "gifts.pdf"
    rules = ["--name", "冬", "--expires-after", "6", "--takeable-until", "2099-03-31"]
    value = ["--value", "全店共通=500"]
    done = run(town, "gifts", "--count", "1", *value, *rules, "--output", str(output))
    assert done.exit_code == 0, done.output
    gift = find_gift(town.issuer, codes_of(output.read_bytes())[0][0].partition("#")[2])
    assert gift is not None
    assert gift.batch.expires_after == 6
    assert gift.batch.takeable_until == datetime(2099, 3, 31, 15, tzinfo=UTC)


def test_a_poster(town: Town, tmp_path: Path) -> None:
    output = tmp_path / "poster.pdf"
    done = run(town, "poster", "--shop", "S0001", "--form", "stand", "--output", str(output))
    assert done.exit_code == 0, done.output
    assert len(codes_of(output.read_bytes())[0]) == 2
    again = run(town, "poster", "--shop", "S9", "--output", str(tmp_path / "other.pdf"))
    assert (again.exit_code, "no open shop S9" in again.output) == (1, True)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--value", "どこでも=500"], "has no emoney"),
        (["--value", "全店共通=0"], "is not like"),
        (["--value", "全店共通=5", "--value", "全店共通=5"], "is not like"),
        (["--value", "全店共通=500", "--expires-on", "2020-03-31"], "expired"),
        (["--value", "全店共通=500", "--count", "0"], "--count"),
    ],
)
def test_what_cannot_be_made_leaves_nothing(
    town: Town, tmp_path: Path, words: list[str], said: str
) -> None:
    output = tmp_path / "cards.pdf"
    done = run(town, "cards", "--count", "1", "--output", str(output), *words)
    assert done.exit_code != 0
    assert said in done.output
    assert not output.exists()
    assert not Card.objects.of(town.issuer).exists()


def test_a_file_is_never_overwritten_and_then_nothing_is_made(town: Town, tmp_path: Path) -> None:
    output = tmp_path / "gifts.pdf"
    output.write_text("dear")
    rules = ["--name", "冬", "--value", "全店共通=500"]
    done = run(town, "gifts", "--count", "1", *rules, "--output", str(output))
    assert (done.exit_code, "cannot be written" in done.output) == (1, True)
    assert output.read_text() == "dear"
    assert not GiftBatch.objects.of(town.issuer).exists()
    both = ["--expires-on", "2099-03-31", "--expires-after", "6"]
    done = run(town, "gifts", "--count", "1", *rules, *both, "--output", str(tmp_path / "x.pdf"))
    assert "not both" in done.output
