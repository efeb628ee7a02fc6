"""``hansatsu serve`` on a database born live, and what it refuses."""

import getpass
import os
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from hansatsu.database.errors import DatabaseError
from hansatsu.database.server import EmbeddedServer, throwaway_server
from hansatsu.database.urls import APP, OWNER
from hansatsu.ledger import api as ledger
from hansatsu.processes import environments
from hansatsu.processes.guard import refuse_other_birth
from hansatsu.processes.ports import free_port
from tests.support.waiting import wait_until

HANSATSU = Path(sys.executable).with_name("hansatsu")
PATIENCE = 120
"""Seconds for a command to end: one that should have been refused serves for ever."""


@pytest.fixture(scope="module")
def live() -> Iterator[EmbeddedServer]:
    """A server with a migrated database born live."""
    with throwaway_server("live") as server:
        migrated = hansatsu(
            "migrate",
            environment=environment_of(server) | {"MIGRATE_DATABASE_URL": server.owner_url},
        )
        assert migrated.returncode == 0, migrated.stderr
        yield server


def environment_of(server: EmbeddedServer) -> dict[str, str]:
    """What an operator's service file sets, as the application's role."""
    return environments.application(
        server, site_url="https://pay.example.jp", email_url="smtp://127.0.0.1:9"
    )


def hansatsu(*arguments: str, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [HANSATSU, *arguments],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )


def answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def test_it_serves_until_asked_to_end(live: EmbeddedServer, tmp_path: Path) -> None:
    port, api_port = free_port(), free_port()
    ports = ("--port", str(port), "--api-port", str(api_port))
    said = tmp_path / "said"
    with said.open("w") as terminal:
        serving = subprocess.Popen(
            [HANSATSU, "serve", "--pages", "1", "--api", "2", *ports],
            env=environment_of(live),
            stdout=terminal,
        )
    ready = f"Hansatsu is ready: {environment_of(live)['SITE_URL']}/console/"
    try:
        wait_until(lambda: answers(port), what="the pages")
        wait_until(lambda: ready in said.read_text(), what="the word that it is ready")
        wait_until(lambda: answers(api_port), what="the API")
        serving.send_signal(signal.SIGTERM)
        assert serving.wait(30) == 0
    finally:
        serving.kill()
        serving.wait()
    assert not answers(port)
    assert not answers(api_port)


@pytest.mark.parametrize("role", ["owner_url", "superuser_url"])
@pytest.mark.parametrize("command", [("serve", "--port"), ("worker",)])
def test_a_role_that_could_change_the_books_is_refused(
    live: EmbeddedServer, role: str, command: tuple[str, ...]
) -> None:
    arguments = [*command, str(free_port())] if "--port" in command else [*command]
    refused = hansatsu(
        *arguments, environment=environment_of(live) | {"DATABASE_URL": getattr(live, role)}
    )
    assert refused.returncode == 1
    assert "could change the books" in refused.stderr
    assert refused.stderr.startswith("hansatsu: ")
    assert refused.stderr.count("\n") == 1


def test_a_database_born_for_tests_is_refused(server: EmbeddedServer) -> None:
    refused = hansatsu("serve", "--port", str(free_port()), environment=environment_of(server))
    assert refused.returncode == 1
    assert "born as test" in refused.stderr


def test_it_is_said_what_to_set_where_nothing_was(
    app_connection: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("HANSATSU_BIRTH", raising=False)
    with pytest.raises(DatabaseError, match=r"is live, but .* born as test: set it to test"):
        refuse_other_birth(app_connection)


@pytest.mark.parametrize("command", [("serve", "--port"), ("worker",)])
def test_a_live_database_is_no_demo_whatever_the_environment_says(
    live: EmbeddedServer, command: tuple[str, ...]
) -> None:
    arguments = [*command, str(free_port())] if "--port" in command else [*command]
    refused = hansatsu(*arguments, environment=environment_of(live) | {"HANSATSU_BIRTH": "demo"})
    assert refused.returncode == 1
    said = "HANSATSU_BIRTH is demo, but this database was born as live: leave it unset"
    assert said in refused.stderr
    assert refused.stderr.count("\n") == 1


def test_a_database_that_sorts_otherwise_is_not_migrated(live: EmbeddedServer) -> None:
    with psycopg.connect(live.superuser_url, autocommit=True) as connection:
        connection.execute(
            "CREATE DATABASE sorts OWNER hansatsu_owner TEMPLATE template0"
            " ENCODING 'UTF8' LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C' LOCALE 'C'"
        )
    url = live.url_of(OWNER, "sorts")
    refused = hansatsu("migrate", environment=environment_of(live) | {"MIGRATE_DATABASE_URL": url})
    assert refused.returncode == 1
    assert "does not sort by C.UTF-8" in refused.stderr
    with psycopg.connect(url) as connection:
        assert connection.execute("SELECT to_regclass('ledger.entry')").fetchone() == (None,)


def test_the_clock_of_a_live_database_cannot_be_shifted(live: EmbeddedServer) -> None:
    with psycopg.connect(live.superuser_url) as connection:
        row = connection.execute(
            "SELECT to_regproc('ledger.set_clock_v1') IS NULL,"
            " NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'hansatsu_clock')"
        ).fetchone()
    assert row == (True, True)


def test_a_demo_issuer_cannot_be_made_where_value_is_real(live: EmbeddedServer) -> None:
    with psycopg.connect(live.app_url, autocommit=True) as connection:
        with pytest.raises(psycopg.errors.RaiseException, match="born live"):
            ledger.open_issuer(connection, issuer_id=77, payment_prefix="D" * 13, mode="demo")
        found = connection.execute("SELECT FROM ledger.issuer WHERE issuer_id = 77").fetchone()
    assert found is None


def test_an_issuer_is_made_and_the_books_hold(live: EmbeddedServer) -> None:
    fields = {
        "--code": "OEM209901",
        "--name": "試験町商品券",
        "--payment-prefix": "2099010000001",
        "--seal": "試験",
        "--office-name": "試験町役場",
        "--office-phone": "0285-00-0000",
        "--office-hours": "平日 9:00-17:00",
        "--mail-from": "no-reply@example.jp",
        "--domain": "example.jp",
    }
    arguments = [word for pair in fields.items() for word in pair]
    environment = environment_of(live)
    made = hansatsu("createissuer", *arguments, environment=environment)
    assert made.returncode == 0, made.stderr
    assert made.stdout.startswith("Made OEM209901 試験町商品券.\n")
    assert "/console/login/?issuer=OEM209901 as owner-oem209901" in made.stdout

    with psycopg.connect(live.app_url) as connection:
        hired = connection.execute("select act, place, actor_name from issuers_auditentry")
        assert hired.fetchall() == [("staff_hired", "server", getpass.getuser())]

    again = hansatsu("createissuer", *arguments, environment=environment)
    assert again.returncode == 1
    assert "code" in again.stderr

    asked = {"--office-phone": "abc", "--domain": "ほげ ほげ", "--seal": "試験町"}
    wrong = [word for pair in (fields | asked).items() for word in pair]
    refused = hansatsu("createissuer", *wrong, environment=environment)
    assert refused.returncode == 1
    for option in asked:
        assert f"{option}: " in refused.stderr
    assert "as 0285-00-0000" in refused.stderr

    arguments[arguments.index("--payment-prefix") + 1] = "SHORT"
    short = hansatsu("createissuer", *arguments, environment=environment)
    assert short.returncode == 1
    assert "--payment-prefix: Enter a valid value. What 決済ID begin with: 13" in short.stderr

    verified = hansatsu("verify", environment=environment)
    assert verified.returncode == 0, verified.stderr
    assert "¥0 outstanding" in verified.stdout


def test_a_server_that_does_not_answer_is_said_in_one_sentence() -> None:
    nowhere = os.environ | {"DATABASE_URL": "postgresql://a@/b?host=/nonexistent"}
    failed = hansatsu("verify", environment=nowhere)
    assert failed.returncode == 1
    assert failed.stderr.startswith("hansatsu: The database does not answer (")
    assert failed.stderr.count("\n") == 1


@pytest.mark.parametrize("command", ["verify", "worker"])
def test_a_database_without_books_is_said_in_one_sentence(
    live: EmbeddedServer, command: str
) -> None:
    with psycopg.connect(live.superuser_url, autocommit=True) as connection:
        connection.execute("CREATE DATABASE empty OWNER hansatsu_owner")
    try:
        environment = environment_of(live) | {"DATABASE_URL": live.url_of(APP, "empty")}
        refused = hansatsu(command, environment=environment)
    finally:
        with psycopg.connect(live.superuser_url, autocommit=True) as connection:
            connection.execute("DROP DATABASE empty WITH (FORCE)")
    assert refused.returncode == 1
    assert refused.stderr == "hansatsu: The database is empty: run hansatsu migrate first.\n"


def test_an_address_that_is_none_is_said_in_one_sentence() -> None:
    failed = hansatsu("verify", environment=os.environ | {"DATABASE_URL": "somewhere"})
    assert failed.returncode == 1
    assert failed.stderr.startswith("hansatsu: ")
    assert "check DATABASE_URL" in failed.stderr
    assert failed.stderr.count("\n") == 1


@pytest.mark.parametrize("command", ["demo", "serve"])
def test_a_port_that_cannot_be_is_said_in_one_sentence(command: str) -> None:
    failed = hansatsu(command, environment=os.environ | {"PORT": "80000"})
    assert failed.returncode == 2
    assert failed.stderr.startswith("hansatsu: Invalid value for '--port'")
    assert failed.stderr.count("\n") == 1


def test_a_wrong_option_is_said_in_one_sentence() -> None:
    failed = hansatsu("serve", "--pagess", environment={"PATH": os.defpath})
    assert failed.returncode == 2
    assert failed.stderr.startswith("hansatsu: No such option")
    assert failed.stderr.endswith("see hansatsu serve --help.\n")
    assert failed.stderr.count("\n") == 1


@pytest.mark.parametrize(
    "command",
    ["demo", "serve", "worker", "migrate", "createissuer", "resetstaff", "verify", "bench"],
)
def test_every_command_explains_itself(command: str) -> None:
    explained = hansatsu(command, "--help", environment={"PATH": os.defpath})
    assert explained.returncode == 0, explained.stderr
    assert "Usage: hansatsu" in explained.stdout
