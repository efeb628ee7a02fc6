"""Migrated database servers for processes of tests and for tests, made once and copied.

Making one takes as long as a hundred tests. It is kept in the folder of the virtual environment
under the digest of all our code and of what is installed, so that no change is missed.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import psycopg
import pytest

from hansatsu.database.server import EmbeddedServer
from hansatsu.processes import environments
from hansatsu.processes.supervisor import spawn
from tests.support.copies import keep_template

ROOT = Path(__file__).parents[2]
KEPT = Path(sys.prefix) / "test-clusters"
COPIED = ("postgres", "secrets.json")

PREFIX = "hansatsu-test-"
MEMORY = Path("/dev/shm")  # noqa: S108
ENOUGH = 8 * 2**30
"""Bytes that are free there where the servers of all processes find room."""

NOT_DURABLE = {
    "fsync": "off",
    "full_page_writes": "off",
    "wal_compression": "off",
    "max_wal_size": "512MB",
    "authentication_timeout": "20s",
}
"""Settings of a server whose data are thrown away with it: nothing waits for a disk. A server that
is killed loses nothing all the same, only a machine that is. What is durable in the field is held
by ``tests/database/test_embedded_server.py``, on a server without these.

A client that a test gave up while it connected keeps ``drop database`` waiting for as long as
authentication may take."""

MANY_ISSUERS = """
    alter table issuers_issuer drop constraint issuer_pay_number_form;
    create function take_back_pay_number() returns trigger language plpgsql as $$
    begin
        update issuers_issuer set pay_number = id + 1000
        where pay_number < 1000 and id < new.id - 900;
        return new;
    end
    $$;
    create trigger a_take_back_pay_number before insert on issuers_issuer
        for each row execute function take_back_pay_number();
"""
"""Each test makes an issuer, and there are 999 pay numbers: those of 900 issuers ago are free
again. The template has the real constraint."""


def new_home() -> Path:
    """An empty folder for a server, which the server's account can reach: in memory where there is
    plenty, since each table is a file or two and tests make tables by the ten thousand."""
    roomy = MEMORY.is_dir() and shutil.disk_usage(MEMORY).free >= ENOUGH
    if roomy:
        _clear_up(MEMORY)
    prefix = f"{PREFIX}{os.getpid()}-"
    home = Path(tempfile.mkdtemp(prefix=prefix, dir=MEMORY if roomy else None))
    home.chmod(0o755)
    return home


def _clear_up(folder: Path) -> None:
    """Remove what killed runs left, so that it does not take up memory for ever."""
    for left in folder.glob(f"{PREFIX}*"):
        if not psutil.pid_exists(int(left.name.removeprefix(PREFIX).split("-")[0])):
            shutil.rmtree(left, ignore_errors=True)


def furnish(home: Path, birth: str = "test") -> None:
    """Put a migrated cluster and its secrets into an empty home, as ``EmbeddedServer`` would.

    Args:
        home: the folder.
        birth: what kind of database it is: that of the run is born as ``test``.

    Raises:
        pytest.UsageError: when the migrations fail.
    """
    KEPT.mkdir(exist_ok=True)
    with (KEPT / f"{birth}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        kept = KEPT / f"{birth}-{_digest()}"
        if not kept.exists():
            for older in KEPT.glob(f"{birth}-*"):
                shutil.rmtree(older)
            unfinished = KEPT / f"unfinished-{birth}"
            shutil.rmtree(unfinished, ignore_errors=True)
            _make(unfinished, birth)
            unfinished.rename(kept)
    # as it is, owners too: PostgreSQL runs as another account when we are root
    copied = [str(kept / name) for name in COPIED]
    subprocess.run(["cp", "-a", *copied, str(home)], check=True)


@contextmanager
def furnished_server() -> Iterator[EmbeddedServer]:
    """A migrated server of one test's own, as durable as one in the field."""
    home = new_home()
    try:
        furnish(home)
        with EmbeddedServer(home, "test") as server:
            yield server
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _make(home: Path, birth: str) -> None:
    with EmbeddedServer(home, birth, settings=NOT_DURABLE) as server:
        maintenance = environments.maintenance(server, environments.NO_SITE, environments.NO_MAIL)
        if spawn("migrate", maintenance).wait() != 0:
            raise pytest.UsageError("The test database could not be migrated: see above.")
        if birth == "test":
            keep_template(server)
            with psycopg.connect(server.owner_url, autocommit=True) as connection:
                connection.execute(MANY_ISSUERS)


def _digest() -> str:
    """What tells this code from other code; planted faults that no database holds share a cluster
    under a name of their own (``tests/planted``)."""
    if name := os.environ.get("HANSATSU_TEST_CLUSTER"):
        return name
    digest = hashlib.sha256()
    sources = sorted(
        path for path in (ROOT / "hansatsu").rglob("*") if path.suffix in (".py", ".sql")
    )
    for path in [*sources, ROOT / "requirements" / "dev.txt"]:
        digest.update(f"{path.relative_to(ROOT)}\0".encode() + path.read_bytes())
    return digest.hexdigest()[:16]
