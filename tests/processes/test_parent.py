"""Processes that end with their parent although they do not listen to it."""

import subprocess
import sys

import psutil
import pytest

from hansatsu.system.parent import DIE_WITH_PARENT
from tests.support.processes import has_ended
from tests.support.waiting import wait_until

CHILD = """
import signal, time
from hansatsu.processes import child
def deaf():
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    print("deaf", flush=True)
    while True:
        time.sleep(60)
child.entrance = lambda name: deaf
child.main()
"""
PARENT = """
import subprocess, sys
subprocess.run([sys.executable, "-c", sys.argv[1], "deaf"])
"""


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no death signal")
def test_a_deaf_child_does_not_outlive_its_parent() -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, CHILD],
        env={DIE_WITH_PARENT: "1"},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert parent.stdout is not None
    assert parent.stdout.readline() == "deaf\n"
    (child,) = psutil.Process(parent.pid).children()
    parent.kill()
    parent.wait()
    assert not has_ended(child)
    wait_until(lambda: has_ended(child), seconds=15, what="the end of the deaf child")
