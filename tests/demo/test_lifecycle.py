"""``make demo`` from its start to its end, however it ends, and back again with its data."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from hansatsu.processes.ports import free_port
from tests.support.processes import has_ended
from tests.support.waiting import wait_until

PROJECT = Path(__file__).resolve().parents[2]
HANSATSU = Path(sys.executable).with_name("hansatsu")
pytestmark = pytest.mark.alone

ENDS = 60.0
"""Seconds within which it has ended for sure."""

AGAIN = 15.0
"""Seconds within which a demo that was there before is ready again."""


class Demo:
    """A demo under ``make``, with a home and ports of its own."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.port = free_port()
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOME": os.environ.get("HOME", "/"),
            "HANSATSU_HOME": str(home),
            "PORT": str(self.port),
            "API_PORT": str(free_port()),
        }
        self.make: subprocess.Popen[str] | None = None
        self.family: list[psutil.Process] = []

    @property
    def ready(self) -> str:
        """The sentence that says so."""
        return f"Hansatsu is ready: http://localhost:{self.port}/\n"

    def start(self) -> None:
        """Start it and wait until it says that it is ready."""
        # A job in the background ignores SIGINT, and so would make; a handled one is no heritage.
        signal.signal(signal.SIGINT, signal.default_int_handler)
        self.make = subprocess.Popen(
            ["make", "demo"],
            cwd=PROJECT,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert self.make.stdout is not None
        said = []
        for line in self.make.stdout:
            said.append(line)
            if line == self.ready:
                break
        assert said[-1:] == [self.ready], "".join(said)
        self.family = psutil.Process(self.make.pid).children(recursive=True)

    def end(self, how: signal.Signals) -> None:
        """Send ``how`` to make, and wait until nothing of the demo is left."""
        assert self.make is not None
        self.make.send_signal(how)
        self.await_end()

    def await_end(self) -> None:
        """Wait until nothing of it is left, and its port is free."""
        assert self.make is not None
        self.make.wait(ENDS)
        wait_until(lambda: not self.alive(), what="the end of all its processes")
        wait_until(self.port_is_free, what="the port")

    def alive(self) -> list[psutil.Process]:
        """What of it is still running."""
        return [each for each in self.family if not has_ended(each)]

    def port_is_free(self) -> bool:
        """True when its port could be taken by another program."""
        with socket.socket() as candidate:
            candidate.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                candidate.bind(("127.0.0.1", self.port))
            except OSError:
                return False
        return True

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a command of ``hansatsu`` on its home."""
        return subprocess.run(
            [HANSATSU, *arguments],
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )

    def books(self) -> dict[str, Any]:
        """What ``hansatsu verify`` says."""
        verified = self.run("verify", "--json")
        assert verified.returncode == 0, verified.stderr
        found: dict[str, Any] = json.loads(verified.stdout)
        return found

    def towns(self) -> dict[str, Any]:
        """What ``demo.json`` says."""
        found: dict[str, Any] = json.loads((self.home / "demo.json").read_text())
        return found


@pytest.fixture(scope="module")
def make_demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Demo]]:
    """Makes demos by name; whatever is left of them is ended with the module."""
    demos: dict[str, Demo] = {}
    root = tmp_path_factory.mktemp("demos")

    def make(name: str) -> Demo:
        return demos.setdefault(name, Demo(root / name))

    yield make
    for demo in demos.values():
        if demo.make is not None and demo.make.poll() is None:
            demo.end(signal.SIGTERM)


@pytest.fixture
def demo(make_demo: Callable[[str], Demo]) -> Demo:
    """The demo of these tests, running."""
    first = make_demo("first")
    if first.make is None or first.make.poll() is not None:
        first.start()
    return first


def test_killed_it_leaves_nothing_and_comes_back_with_all_data(demo: Demo) -> None:
    books, towns = demo.books(), demo.towns()
    assert books["ok"]
    assert books["entries"] > 0
    assert len(demo.family) >= 5  # make's child, database, inbox, worker, pages

    demo.end(signal.SIGKILL)
    began = time.monotonic()
    demo.start()
    assert time.monotonic() - began < AGAIN

    assert demo.books() == books
    assert demo.towns() == towns


def test_its_home_and_its_port_are_its_own(demo: Demo, tmp_path: Path) -> None:
    same_home = subprocess.run(
        [HANSATSU, "demo", "--port", str(free_port())],
        env=demo.environment | {"API_PORT": str(free_port())},
        capture_output=True,
        text=True,
        check=False,
    )
    assert same_home.returncode == 1
    assert same_home.stderr.count("\n") == 1
    assert "set HANSATSU_HOME to another folder" in same_home.stderr

    same_port = subprocess.run(
        [HANSATSU, "demo"],
        env=demo.environment | {"HANSATSU_HOME": str(tmp_path / "other")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert same_port.returncode == 1
    assert f"Port {demo.port} is taken" in same_port.stderr
    assert demo.towns()["site"] == f"http://localhost:{demo.port}"


def test_it_cannot_serve(demo: Demo) -> None:
    served = demo.run("serve", "--port", str(free_port()))
    assert served.returncode == 1
    assert "born as demo" in served.stderr


def test_a_killed_part_is_started_again(demo: Demo) -> None:
    killed = [each for each in demo.family if "pages" in each.cmdline()]
    assert killed
    for each in killed:
        each.kill()
    wait_until(lambda: not any(map(psutil.Process.is_running, killed)), what="the pages' death")
    wait_until(lambda: not demo.port_is_free(), what="new pages")
    assert demo.make is not None
    demo.family = psutil.Process(demo.make.pid).children(recursive=True)


def test_killed_itself_it_leaves_nothing(demo: Demo) -> None:
    supervisor = next(each for each in demo.family if "demo" in each.cmdline())
    supervisor.kill()
    demo.await_end()


def test_two_demos_side_by_side(make_demo: Callable[[str], Demo]) -> None:
    """The second one's home is a copy of the first one's, so it need not be seeded again."""
    demo, second = make_demo("first"), make_demo("second")
    assert not demo.alive()  # killed by the test before
    # as it is, owners too: PostgreSQL runs as another account when we are root
    subprocess.run(["cp", "-a", demo.home, second.home], check=True)
    demo.start()
    second.start()
    assert second.towns()["site"] != demo.towns()["site"]
    assert not demo.port_is_free()
    second.end(signal.SIGINT)
    assert demo.alive() == demo.family


def test_asked_to_end_it_leaves_nothing(demo: Demo) -> None:
    demo.end(signal.SIGTERM)
    assert demo.books()["ok"]
