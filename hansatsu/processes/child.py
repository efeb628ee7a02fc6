"""The processes we start, each as ``python -m hansatsu.processes.child NAME``.

One entrance for all, so that each ends with its parent from its very first moment.
"""

import signal
import sys
from collections.abc import Callable
from importlib import import_module

from hansatsu.system.parent import LAST_WORDS, die_with_parent_if_asked, outlive_parent_at_most

ENTRANCES = {
    "api": "hansatsu.processes.api:main",
    "inbox": "hansatsu.demo.inbox:main",
    "migrate": "hansatsu.processes.migration:migrate",
    "pages": "hansatsu.processes.pages:main",
    "seed": "hansatsu.processes.seeding:main",
    "worker": "hansatsu.processes.worker:main",
}


def command(name: str) -> list[str]:
    """The command line of the process ``name``."""
    if name not in ENTRANCES:
        raise KeyError(name)
    return [sys.executable, "-m", "hansatsu.processes.child", name]


def main() -> None:
    """Become the process that the command line names."""
    if die_with_parent_if_asked(signal.SIGTERM):
        outlive_parent_at_most(LAST_WORDS)
    entrance(sys.argv[1])()


def entrance(name: str) -> Callable[[], None]:
    """The function behind ``name``."""
    module, _, function = ENTRANCES[name].partition(":")
    found: Callable[[], None] = getattr(import_module(module), function)
    return found


if __name__ == "__main__":
    main()
