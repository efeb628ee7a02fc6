"""``hansatsu close``: what is due, now; and what it says."""

import pytest
from click.testing import CliRunner, Result

from hansatsu.cli import hansatsu
from hansatsu.flows.settlement.models import Closing
from hansatsu.ledger import api as ledger
from tests.support.settling import Settling


def close(code: str) -> Result:
    return CliRunner().invoke(hansatsu, ["close", "--issuer", code])


def test_what_is_due_is_closed_and_told(settling: Settling) -> None:
    code = settling.town.issuer.code
    settling.at("2026-03-31 12:00:00")
    settling.pay(12_300)
    settling.at("2026-04-01 00:00:00")
    done = close(code)
    assert done.exit_code == 0, done.output
    assert done.output == (
        f"{code}: closing 1 up to 2026-03-31: 2 statements, ¥12,300 to be paid on 2026-04-30.\n"
    )
    assert close(code).output == f"{code}: nothing is due.\n"
    assert Closing.objects.of(settling.town.issuer).count() == 1


def test_what_cannot_be_closed_is_said(settling: Settling, monkeypatch: pytest.MonkeyPatch) -> None:
    settling.at("2026-04-01 00:00:00")
    monkeypatch.setattr(ledger, "expire_due", lambda *_args, **_more: None)
    done = close(settling.town.issuer.code)
    assert done.exit_code == 1
    assert "the server's clock has jumped" in done.output
    assert not Closing.objects.of(settling.town.issuer).exists()


def test_an_unknown_issuer_is_said() -> None:
    done = CliRunner().invoke(hansatsu, ["close", "--issuer", "NOBODY"], standalone_mode=False)
    assert done.exit_code == 1
    assert "There is no issuer NOBODY" in str(done.exception)
