"""A migrated database server for each process of tests, made once and copied.

Making one takes as long as a hundred tests. It is kept in the folder of the virtual environment
under the digest of all our code and of what is installed, so that no change is missed.
"""

import fcntl
import hashlib
import shutil
import sys
from pathlib import Path

import psycopg
import pytest

from hansatsu.database.server import EmbeddedServer
from hansatsu.processes import environments
from hansatsu.processes.supervisor import spawn
from tests.support.copies import keep_template

ROOT = Path(__file__).parents[2]
KEPT = Path(sys.prefix) / "test-clusters"
COPIED = ("postgres", "secrets.json")

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


def furnish(home: Path, site_url: str, email_url: str) -> None:
    """Put a migrated cluster and its secrets into an empty home, as ``EmbeddedServer`` would.

    Raises:
        pytest.UsageError: when the migrations fail.
    """
    KEPT.mkdir(exist_ok=True)
    with (KEPT / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        kept = KEPT / _digest()
        if not kept.exists():
            for older in KEPT.glob("*-*"):
                shutil.rmtree(older)
            unfinished = KEPT / "unfinished"
            shutil.rmtree(unfinished, ignore_errors=True)
            _make(unfinished, site_url, email_url)
            unfinished.rename(kept)
    for name in COPIED:
        _copy(kept / name, home / name)


def _make(home: Path, site_url: str, email_url: str) -> None:
    server = EmbeddedServer(home, "test")
    with server:
        maintenance = environments.maintenance(server, site_url, email_url)
        if spawn("migrate", maintenance).wait() != 0:
            raise pytest.UsageError("The test database could not be migrated: see above.")
        keep_template(server)
        with psycopg.connect(server.owner_url, autocommit=True) as connection:
            connection.execute(MANY_ISSUERS)


def _digest() -> str:
    digest = hashlib.sha256()
    sources = sorted(
        path for path in (ROOT / "hansatsu").rglob("*") if path.suffix in (".py", ".sql")
    )
    for path in [*sources, ROOT / "requirements" / "dev.txt"]:
        digest.update(f"{path.relative_to(ROOT)}\0".encode() + path.read_bytes())
    return f"cluster-{digest.hexdigest()[:16]}"


def _copy(source: Path, target: Path) -> None:
    """With owners: PostgreSQL runs as another account when we are root."""
    if source.is_dir():
        shutil.copytree(source, target, copy_function=_copy_file)
        for path in [source, *(each for each in source.rglob("*") if each.is_dir())]:
            _own(path, target / path.relative_to(source))
    else:
        _copy_file(source, target)


def _copy_file(source: str | Path, target: str | Path) -> None:
    shutil.copy2(source, target)
    _own(source, target)


def _own(source: str | Path, target: str | Path) -> None:
    status = Path(source).stat()
    shutil.chown(target, status.st_uid, status.st_gid)
