"""Tables that are added to and never changed, for migrations."""

from django.db.migrations import RunSQL


def append_only(table: str) -> RunSQL:
    """Have the database refuse to change or delete rows of ``table``, whatever role asks."""
    return RunSQL(
        f"""
        create function {table}_append_only() returns trigger language plpgsql as $$
        begin
            raise exception 'rows of {table} are never changed';
        end
        $$;
        create trigger {table}_append_only before update or delete or truncate on {table}
            execute function {table}_append_only();
        """,
        f"drop trigger {table}_append_only on {table}; drop function {table}_append_only();",
    )
