"""Foreign keys that hold the issuer too, for migrations.

Django's own keys prove that a shop's area exists; these prove that it is the same issuer's.
"""

from django.db.migrations import RunSQL


def same_issuer(table: str, column: str, other: str) -> RunSQL:
    """A foreign key (issuer_id, ``column``) of ``table`` to (issuer_id, id) of ``other``, which
    has a unique constraint over the two. A row whose ``column`` is null is not looked at."""
    name = f"{table}_{column}_same_issuer"
    return RunSQL(
        f"alter table {table} add constraint {name}"
        f" foreign key (issuer_id, {column}) references {other} (issuer_id, id)",
        f"alter table {table} drop constraint {name}",
    )
