"""What the application's role may do, laid anew after every migration.

The ledger grants for itself (``ledger/sql/grants.sql``); everything else is tables the
application reads and writes. The record of migrations it may only read, and the events of
accounts and the acts of staff it may only add to.
"""

from importlib import resources

import psycopg
from psycopg import sql

from hansatsu.database.urls import APP, CLOCK


def grant(connection: psycopg.Connection) -> None:
    """Grant, in one transaction. ``connection`` is the owner's."""
    with connection.transaction():
        connection.execute(_tables_of_the_application())
        connection.execute(_ledger())
        if _has_clock(connection):
            connection.execute(_clock())


def _tables_of_the_application() -> sql.Composed:
    return sql.SQL(
        """
        GRANT USAGE ON SCHEMA public TO {app};
        GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {app};
        GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {app};
        REVOKE INSERT, UPDATE, DELETE ON TABLE django_migrations FROM {app};
        REVOKE UPDATE, DELETE ON TABLE identity_event, issuers_auditentry FROM {app};
        """
    ).format(app=sql.Identifier(APP))


def _ledger() -> bytes:
    text = resources.files("hansatsu.ledger").joinpath("sql/grants.sql").read_text("utf-8")
    return (text % {"app": sql.Identifier(APP).as_string()}).encode()


def _clock() -> sql.Composed:
    return sql.SQL(
        """
        GRANT USAGE ON SCHEMA ledger TO {clock};
        GRANT SELECT, UPDATE ON ledger.clock TO {clock};
        REVOKE EXECUTE ON FUNCTION ledger.set_clock_v1(timestamptz) FROM PUBLIC, {app};
        GRANT EXECUTE ON FUNCTION ledger.set_clock_v1(timestamptz), ledger.now() TO {clock};
        """
    ).format(clock=sql.Identifier(CLOCK), app=sql.Identifier(APP))


def _has_clock(connection: psycopg.Connection) -> bool:
    row = connection.execute("SELECT to_regclass('ledger.clock') IS NOT NULL").fetchone()
    return row is not None and bool(row[0])
