"""Taking a port, or saying clearly that someone else has it."""

import errno
import secrets
import socket

LOOPBACK = {"127.0.0.1": socket.AF_INET, "::1": socket.AF_INET6}
OURS_TO_FIND = range(20_000, 32_000)


class PortTakenError(Exception):
    """Another program listens on the port already."""


def check_free(port: int, variable: str) -> None:
    """Make sure that nothing listens on ``port`` of this machine.

    Two page servers would share one port without a word, so we look before we start one.

    Args:
        port: the TCP port.
        variable: the environment variable that moves it, for the message.

    Raises:
        PortTakenError: saying what to do.
    """
    for address, family in LOOPBACK.items():
        if not _is_free(address, family, port):
            raise PortTakenError(
                f"Port {port} is taken by another program: stop it, or set {variable} "
                f"to another port ({variable}={port + 10} make demo)."
            )


def free_port() -> int:
    """A port that is free now, for tests and for what only we need to find.

    Drawn by chance from below those that systems give to outgoing connections: one of these
    could take the port before the caller does.
    """
    while True:
        port = secrets.choice(OURS_TO_FIND)
        if all(_is_free(address, family, port) for address, family in LOOPBACK.items()):
            return port


def _is_free(address: str, family: int, port: int) -> bool:
    try:
        with socket.socket(family, socket.SOCK_STREAM) as candidate:
            candidate.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            candidate.bind((address, port))
            candidate.listen()
    except OSError as error:
        # a machine without IPv6 has nobody listening there
        return error.errno not in {errno.EADDRINUSE, errno.EACCES}
    return True
