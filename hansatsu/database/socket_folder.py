"""A short folder for the server's socket.

A socket's path may have 107 characters, and homes are often deeper than that, so the socket
lives in the temporary folder, under a name made from the account and the home.
"""

import hashlib
import os
import stat
import tempfile
from pathlib import Path

from hansatsu.database.errors import DatabaseError
from hansatsu.system.account import Account

LONGEST = 107
_SOCKET_NAME = "/.s.PGSQL.5432"


def socket_folder(home: Path) -> Path:
    """The folder for the socket of ``home``'s server (not made yet)."""
    digest = hashlib.sha256(os.fsencode(home.resolve())).hexdigest()[:12]
    name = f"hansatsu-{os.geteuid()}-{digest}"
    folder = Path(tempfile.gettempdir()) / name
    if len(os.fsencode(str(folder) + _SOCKET_NAME)) > LONGEST:
        folder = Path("/tmp") / name  # noqa: S108 (ensure_folder checks whose it is)
    return folder


def ensure_folder(folder: Path, account: Account) -> None:
    """Make the folder, and make sure that nobody else could have put a socket there.

    Raises:
        DatabaseError: when the folder belongs to someone else or others may write in it.
    """
    try:
        folder.mkdir(mode=0o755)
        account.own(folder)
    except FileExistsError:
        pass
    found = folder.lstat()
    foreign = not stat.S_ISDIR(found.st_mode) or found.st_uid != account.uid
    if foreign or found.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        raise DatabaseError(f"{folder} is not ours alone: remove it, then try again.")
