"""Refusals before anything is served: the wrong role, the wrong kind of database."""

import os

import psycopg

from hansatsu.database.errors import DatabaseError


def refuse_strong_role(connection: psycopg.Connection) -> None:
    """Refuse to serve as a role that could change the books.

    Raises:
        DatabaseError: when the role is a superuser, owns the database or a part of the ledger,
            or can become a role that does.
    """
    row = connection.execute(
        """
        SELECT current_user,
               r.rolsuper OR r.rolcreaterole OR r.rolbypassrls
               OR pg_has_role(d.datdba, 'MEMBER')
               OR EXISTS (
                   SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                   WHERE n.nspname = 'ledger' AND pg_has_role(c.relowner, 'MEMBER')
               )
        FROM pg_roles r, pg_database d
        WHERE r.rolname = current_user AND d.datname = current_database()
        """
    ).fetchone()
    if row is None or row[1]:
        role = row[0] if row else "this role"
        raise DatabaseError(
            f"{role} could change the books: set DATABASE_URL to the application's role "
            "(hansatsu_app), never to the owner or a superuser."
        )


def birth_of(connection: psycopg.Connection) -> str | None:
    """What kind of database this is, or None when it was not migrated yet."""
    found = connection.execute("SELECT to_regclass('ledger.birth') IS NOT NULL").fetchone()
    if found is None or not found[0]:
        return None
    row = connection.execute("SELECT kind FROM ledger.birth").fetchone()
    return str(row[0]) if row else None


def refuse_empty(connection: psycopg.Connection) -> str:
    """Refuse a database that was never migrated; otherwise tell what kind it is.

    Raises:
        DatabaseError: when there are no books in it.
    """
    birth = birth_of(connection)
    if birth is None:
        raise DatabaseError("The database is empty: run hansatsu migrate first.")
    return birth


def refuse_demo(connection: psycopg.Connection) -> None:
    """Refuse a database whose clock can be shifted, or that was never migrated.

    Raises:
        DatabaseError: when it was not born live.
    """
    birth = refuse_empty(connection)
    if birth != "live":
        raise DatabaseError(
            f"This database was born as {birth} and can never serve: make a new one "
            "for the real thing."
        )


def refuse_other_birth(connection: psycopg.Connection) -> None:
    """Refuse an environment that says the database was born as something else: as a demo, real
    mails would be shown at ``/inbox/``, and webhooks be sent to this machine.

    Raises:
        DatabaseError: when it does.
    """
    birth, said = refuse_empty(connection), os.environ.get("HANSATSU_BIRTH") or "live"
    if birth != said:
        advice = "leave it unset" if birth == "live" else f"set it to {birth}"
        raise DatabaseError(
            f"HANSATSU_BIRTH is {said}, but this database was born as {birth}: {advice}."
        )


def refuse_other_collation(connection: psycopg.Connection) -> None:
    """Refuse a database that sorts text other than by its code points: refunds are found by the
    order of their numbers, and an index made under one order is wrong under another.

    Raises:
        DatabaseError: unless its collation is the built-in C.UTF-8.
    """
    row = connection.execute(
        "SELECT datlocprovider = 'b' AND datlocale = 'C.UTF-8' AND encoding = 6"  # 6 is UTF8
        " FROM pg_database WHERE datname = current_database()"
    ).fetchone()
    if row is None or not row[0]:
        raise DatabaseError(
            "The database does not sort by C.UTF-8: make it with LOCALE_PROVIDER builtin "
            "BUILTIN_LOCALE 'C.UTF-8' ENCODING 'UTF8' (docs/runbooks/deploy.md)."
        )


def refuse_all_but_demo(connection: psycopg.Connection) -> None:
    """Refuse to seed a demo town into a database that was born as anything else.

    Raises:
        DatabaseError: when it was.
    """
    birth = birth_of(connection)
    if birth not in {None, "demo"}:
        raise DatabaseError(
            f"This database was born as {birth}, not as a demo: set HANSATSU_HOME to another "
            "folder for the demo."
        )
