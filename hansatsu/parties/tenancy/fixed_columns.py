"""Columns that never change once a row is there, or once they have a value, for migrations.

They stand outside of the ledger's chain and decide over value: whose wallet it is, what a code is
worth, which shop a till pays. Nobody has a reason to change them, so the database lets nobody.
"""

from django.db.migrations import RunSQL


def fixed(table: str, *columns: str) -> RunSQL:
    """Have the database refuse to give ``columns`` of ``table`` another value, whatever role asks.
    A row may be saved whole with the values that it has; updates of other columns cost nothing."""
    name = f"{table.replace('.', '_')}_fixed"
    schema = f"{table.split('.')[0]}." if "." in table else ""
    differs = " or ".join(f"old.{each} is distinct from new.{each}" for each in columns)
    return RunSQL(
        f"""
        create function {schema}{name}() returns trigger language plpgsql as $$
        begin
            raise exception 'what a row of {table} stands for never changes'
                using errcode = 'restrict_violation';
        end
        $$;
        create trigger {name} before update of {", ".join(columns)} on {table}
            for each row when ({differs}) execute function {schema}{name}();
        """,
        f"drop trigger {name} on {table}; drop function {schema}{name}();",
    )


def set_once(table: str, *columns: str) -> RunSQL:
    """Have the database refuse to take the value of ``columns`` of ``table`` away, or to give them
    another, once they have one, whatever role asks."""
    name = f"{table}_set_once"
    differs = " or ".join(
        f"(old.{each} is not null and old.{each} is distinct from new.{each})" for each in columns
    )
    return RunSQL(
        f"""
        create function {name}() returns trigger language plpgsql as $$
        begin
            raise exception 'what was noted of a row of {table} never changes'
                using errcode = 'restrict_violation';
        end
        $$;
        create trigger {name} before update of {", ".join(columns)} on {table}
            for each row when ({differs}) execute function {name}();
        """,
        f"drop trigger {name} on {table}; drop function {name}();",
    )
