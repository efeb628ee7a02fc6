"""The embedded PostgreSQL server: a real one, as a foreground child of this process.

It ends with this process, also when that is killed (``hansatsu.system.parent``); it listens on
a Unix socket only; its data live in ``home``.
"""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Self

import psycopg

from hansatsu.database import binaries, cluster, postmaster, roles, secrets, socket_folder
from hansatsu.database.errors import DatabaseError, HomeInUseError
from hansatsu.database.home_lock import HomeLock
from hansatsu.database.urls import APP, CLOCK, OWNER, SUPERUSER, socket_url
from hansatsu.system.account import Account, server_account
from hansatsu.system.parent import die_with_parent

PATIENCE = 60.0
"""Seconds to wait for a server to start or stop. Recovery after a crash takes its time."""

_GLANCE = 0.02
"""Seconds between two looks at a server that is starting or stopping."""

_PREDECESSOR_LINGERS = "pre-existing shared memory block"
"""What PostgreSQL logs when backends of a killed server have not ended yet."""


class EmbeddedServer:
    """The server of one home. A context manager; ``start`` and ``stop`` do the same.

    Entering runs the server, or joins the one another process of ours runs for this home
    already (unless ``alone``). Use it from the main thread.

    Args:
        home: the folder for data, secrets, log and lock; made when missing.
        birth: what kind of database it is: ``live``, ``demo``, ``simulation`` or ``test``.
        alone: refuse to join.
        settings: of PostgreSQL, above those of ``cluster.SETTINGS``.
    """

    def __init__(
        self,
        home: Path,
        birth: str = "live",
        *,
        alone: bool = False,
        settings: Mapping[str, str] | None = None,
    ) -> None:
        self.home = home.absolute()
        self.birth = birth
        self.bin_dir = binaries.bin_dir()
        self.socket_dir = socket_folder.socket_folder(self.home)
        self._alone = alone
        self._settings = cluster.SETTINGS | dict(settings or {})
        self._lock = HomeLock(self.home)
        self._process: subprocess.Popen[bytes] | None = None
        self._secrets: secrets.Secrets | None = None

    @property
    def data(self) -> Path:
        """PostgreSQL's data folder."""
        return self.home / "postgres"

    @property
    def log(self) -> Path:
        """What the server says."""
        return self.home / "postgres.log"

    @property
    def secrets(self) -> secrets.Secrets:
        """Passwords and keys of this home."""
        if self._secrets is None:
            raise DatabaseError(f"The server of {self.home} was not started yet.")
        return self._secrets

    @property
    def superuser_url(self) -> str:
        """For making roles and databases, and for benchmarks. Never for the application."""
        return self.url_of(SUPERUSER)

    @property
    def owner_url(self) -> str:
        """For migrations."""
        return self.url_of(OWNER)

    @property
    def app_url(self) -> str:
        """For pages and worker."""
        return self.url_of(APP)

    @property
    def clock_url(self) -> str:
        """For shifting the ledger's clock, where that is allowed."""
        return self.url_of(CLOCK)

    @property
    def pid(self) -> int | None:
        """The process id of the running server, ours or a joined one."""
        return postmaster.running_postmaster(self.data)

    def url_of(self, role: str, database: str = roles.DATABASE) -> str:
        """The address of ``database`` on this server, as ``role``."""
        passwords = {
            SUPERUSER: self.secrets.superuser_password,
            OWNER: self.secrets.owner_password,
            APP: self.secrets.app_password,
            CLOCK: self.secrets.clock_password,
        }
        return socket_url(self.socket_dir, role, passwords[role], database)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Run the server, or join it, and wait until it answers.

        Raises:
            HomeInUseError: when another process runs it and we are to be alone.
            DatabaseError: when it does not start.
        """
        self.home.mkdir(mode=0o755, parents=True, exist_ok=True)
        if self._lock.take():
            try:
                self._run()
            except BaseException:
                self.stop()
                raise
        elif self._alone:
            raise HomeInUseError(
                f"Another hansatsu uses {self.home}: stop it first, or set HANSATSU_HOME "
                "to another folder."
            )
        else:
            self._join()

    def ensure_running(self) -> None:
        """Start the server again when it ended without being asked to."""
        if self._process is not None and self._process.poll() is not None:
            self._start_process(server_account([self.data, self.bin_dir / "postgres"]))

    def stop(self) -> None:
        """Stop the server if it is ours (a joined one stays) and let others have the home."""
        if self._process is not None:
            _end(self._process)
            self._process = None
            shutil.rmtree(self.socket_dir, ignore_errors=True)
        self._lock.give_back()

    def _run(self) -> None:
        account = server_account([self.data, self.bin_dir / "postgres"])
        self._await_predecessor()
        self._secrets = secrets.load_or_make(self.home)
        if not self.data.exists():
            password = self._secrets.superuser_password
            cluster.make_cluster(self.bin_dir, self.data, account, password)
        self._start_process(account)
        with psycopg.connect(self.url_of(SUPERUSER, "postgres"), autocommit=True) as connection:
            roles.ensure_roles(connection, self._secrets, self.birth)
            roles.ensure_database(connection)

    def _join(self) -> None:
        def answers() -> bool:
            self._secrets = secrets.load(self.home)
            return self._secrets is not None and _answers(self.app_url)

        if not _wait_for(answers):
            raise DatabaseError(
                f"The database that another hansatsu runs in {self.home} does not answer: "
                f"look into {self.log}."
            )

    def _await_predecessor(self) -> None:
        """Wait for the server of a killed process to end. We hold the lock: no one needs it."""

        def ended() -> bool:
            pid = postmaster.running_postmaster(self.data)
            if pid is None:
                return True
            try:
                os.kill(pid, signal.SIGINT)
            except ProcessLookupError:
                return True
            return False

        if not _wait_for(ended):
            raise DatabaseError(f"An old server on {self.data} does not end: stop it by hand.")

    def _start_process(self, account: Account) -> None:
        deadline = time.monotonic() + PATIENCE
        while not self._try_start_process(account):
            if time.monotonic() > deadline or not self._predecessor_lingers():
                said = cluster.last_line(self.log.read_text(errors="replace"))
                raise DatabaseError(
                    f"PostgreSQL did not start on {self.data} (see {self.log}): {said}"
                )
            time.sleep(_GLANCE)

    def _try_start_process(self, account: Account) -> bool:
        """Start the server once. Returns whether it answers."""
        socket_folder.ensure_folder(self.socket_dir, account)
        postmaster.remove_stale_files(self.data, self.socket_dir)
        parent = os.getpid()

        def prepare() -> None:
            account.become()
            # after becoming: a change of account takes the wish back. SIGINT is PostgreSQL's
            # fast shutdown: clients are sent away, nothing is lost
            die_with_parent(signal.SIGINT, parent)

        settings = [f"--{name}={value}" for name, value in self._settings.items()]
        if self.log.exists():
            self.log.replace(self.log.with_suffix(".log.1"))
        with self.log.open("wb") as log:
            process = subprocess.Popen(
                [
                    str(self.bin_dir / "postgres"),
                    "-D",
                    str(self.data),
                    "-k",
                    str(self.socket_dir),
                    *settings,
                ],
                preexec_fn=prepare,
                env=cluster.program_environment(self.data),
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C is for us to pass on, after the pages ended
            )
        self._process = process
        url = self.url_of(SUPERUSER, "postgres")
        _wait_for(lambda: process.poll() is not None or _answers(url))
        return process.poll() is None and _answers(url)

    def _predecessor_lingers(self) -> bool:
        return _PREDECESSOR_LINGERS in self.log.read_text(errors="replace")


@contextmanager
def throwaway_server(
    birth: str = "test", *, settings: Mapping[str, str] | None = None
) -> Iterator[EmbeddedServer]:
    """A server with an empty database that is gone afterwards: for tests and benchmarks."""
    home = Path(tempfile.mkdtemp(prefix="hansatsu-throwaway-"))
    home.chmod(0o755)
    try:
        with EmbeddedServer(home, birth, settings=settings) as server:
            yield server
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _answers(url: str) -> bool:
    try:
        psycopg.connect(url, connect_timeout=5).close()
    except psycopg.OperationalError:
        return False
    return True


def _wait_for(condition: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(_GLANCE)
    return True


def _end(process: subprocess.Popen[bytes]) -> None:
    """Fast shutdown; immediate shutdown when that takes too long; then the axe."""
    for wish in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
        if process.poll() is None:
            process.send_signal(wish)
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            continue
        return
