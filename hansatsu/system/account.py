"""The account a server runs under. PostgreSQL refuses to run as root, containers often are.

As root the server becomes ``nobody``. That account must still reach the program and the data,
and a folder above them may be closed to it (``/root`` and ``mktemp -d`` are 0700). We do not
open other people's folders; instead the server keeps one right of root's, to pass through
closed folders (CAP_DAC_OVERRIDE, capabilities(7)), and only when it needs it.
"""

import ctypes
import os
import pwd
import stat
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

UNPRIVILEGED = "nobody"

_CAP_DAC_OVERRIDE = 1
_PR_SET_SECUREBITS = 28
_SECBIT_NO_SETUID_FIXUP = 1 << 2
_PR_CAP_AMBIENT = 47
_PR_CAP_AMBIENT_RAISE = 2
_CAPABILITY_VERSION_3 = 0x20080522


@dataclass(frozen=True, slots=True)
class Account:
    """A user and group of the system, and whether it must pass through closed folders."""

    uid: int
    gid: int
    passes_closed_folders: bool = False

    @property
    def is_ours(self) -> bool:
        """True when it is the account this process already runs under."""
        return self.uid == os.geteuid()

    def own(self, path: Path) -> None:
        """Give ``path`` to the account."""
        if not self.is_ours:
            os.chown(path, self.uid, self.gid)

    def become(self) -> None:
        """Turn this (freshly forked) process into the account, for good.

        Raises:
            OSError: when the system forbids it.
        """
        if self.is_ours:
            return
        library = ctypes.CDLL(None, use_errno=True)
        if self.passes_closed_folders:
            # a change of user takes no capabilities away, neither now nor inside access(2),
            # with which PostgreSQL looks for its own programs
            _check(library.prctl(_PR_SET_SECUREBITS, _SECBIT_NO_SETUID_FIXUP, 0, 0, 0))
        os.setgroups([])
        os.setresgid(self.gid, self.gid, self.gid)
        os.setresuid(self.uid, self.uid, self.uid)
        if self.passes_closed_folders:
            _keep_only(library, _CAP_DAC_OVERRIDE)


def server_account(reached: Iterable[Path]) -> Account:
    """The account for a server that has to reach the paths ``reached``.

    Our own, unless we are root: then ``nobody``.
    """
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid())
    entry = pwd.getpwnam(UNPRIVILEGED)
    closed = any(_is_closed(path) for path in reached)
    return Account(entry.pw_uid, entry.pw_gid, passes_closed_folders=closed)


def _is_closed(path: Path) -> bool:
    """True when a folder above ``path``, or the program there, is for its owner or group only."""
    real = path.resolve()
    passed = [*real.parents, real] if real.is_file() else real.parents
    return any(not each.stat().st_mode & stat.S_IXOTH for each in passed)


def _keep_only(library: ctypes.CDLL, capability: int) -> None:
    """Keep one capability, across the coming ``execve`` too, and drop all others."""
    mask = 1 << capability
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0)
    # effective, permitted, inheritable: once for capabilities 0-31, once for 32-63
    data = (ctypes.c_uint32 * 6)(mask, mask, mask, 0, 0, 0)
    _check(library.capset(header, data))
    _check(library.prctl(_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_RAISE, capability, 0, 0))


def _check(result: int) -> None:
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
