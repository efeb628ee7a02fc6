"""How long our connections wait, and how they notice that the other end is gone.

A connection without these waits for ever: for a lock that a hanging transaction holds, for a
statement that never ends, for a server whose machine was switched off. What ``DATABASE_URL`` says
itself stays as it is. Why these times: ADR 0100.
"""

from collections.abc import Mapping

from psycopg import conninfo, errors
from psycopg_pool import PoolTimeout

NOTICES = {
    "connect_timeout": "5",
    "keepalives": "1",
    "keepalives_idle": "15",
    "keepalives_interval": "5",
    "keepalives_count": "3",
    "tcp_user_timeout": "30000",
}
"""libpq's parameters: seconds, and milliseconds for the last. A silent server is given up after
half a minute."""

IDLE_IN_TRANSACTION = "60s"
"""The server ends a session of ours that holds a transaction open and says nothing for so long."""

FOR_EVER = {
    "lock_timeout": "0",
    "statement_timeout": "0",
    "idle_in_transaction_session_timeout": "0",
}
"""For migrations, which take as long as they take."""

WAITED_IN_VAIN = (
    errors.LockNotAvailable,
    errors.QueryCanceled,
    errors.DeadlockDetected,
    errors.ObjectNotInPrerequisiteState,
    PoolTimeout,
)
"""What the server, or the pool, says when a wait ends, or when a wallet's time has not come (ADR
0101): the transaction is rolled back, or was never begun, and the same is safe to try again."""


def wait_in(exception: BaseException | None) -> BaseException | None:
    """Of ``WAITED_IN_VAIN`` what ``exception`` comes from, or None: Django wraps the driver's
    error, the ledger's calls do not."""
    while exception is not None:
        if isinstance(exception, WAITED_IN_VAIN):
            return exception
        exception = exception.__cause__
    return None


def with_waits(url: str, settings: Mapping[str, str]) -> str:
    """The address with ``NOTICES`` and PostgreSQL's ``settings`` of a session, as conninfo.

    Raises:
        psycopg.ProgrammingError: when libpq cannot read the address.
    """
    given = conninfo.conninfo_to_dict(url)
    ours = {"idle_in_transaction_session_timeout": IDLE_IN_TRANSACTION} | dict(settings)
    options = " ".join(f"-c {name}={value}" for name, value in ours.items())
    options = f"{options} {given.pop('options', None) or ''}".strip()
    return conninfo.make_conninfo("", **(NOTICES | given | {"options": options}))
