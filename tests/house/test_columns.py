"""A column that is added is filled by the database when it may not be empty: during an update the
version before runs beside the new one, and inserts rows without it."""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

from django.db import models
from django.db.migrations import AddField, AlterField, RunSQL, SeparateDatabaseAndState
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ModelState, ProjectState

BEFORE = {
    "cards": 4,
    "charging": 9,
    "gifts": 3,
    "identity": 21,
    "issuers": 13,
    "ledger": 11,
    "notifications": 5,
    "payments": 2,
    "printouts": 8,
    "programs": 6,
    "shops": 12,
    "support": 2,
    "webhooks": 4,
}
"""The number of each app's last migration of before this was looked at."""

FILLED: dict[str, str] = {}
"""Columns (`label.model.column`) that may be without, and why: as of a table that no version that
was released has."""

IN_SQL = re.compile(
    r"add column\b(?:(?!default)[^,;])*not null(?:(?!default)[^,;])*(?=[,;]|$)", re.I
)
"""A column that may not be empty and has no default, in SQL that a migration runs."""


def test_a_column_that_is_added_is_filled_by_the_database() -> None:
    found = set(_newer())
    assert found - FILLED.keys() == set()
    assert FILLED.keys() - found == set(), "no longer needed"


def test_what_is_looked_at_is_there() -> None:
    """An app that is not named has migrations that are looked at from the first."""
    labels = {label for label, _name in _loader().disk_migrations}
    assert BEFORE.keys() <= labels
    assert all(_numbers(label)[-1] >= last for label, last in BEFORE.items())


def test_a_column_that_is_not_filled_is_seen() -> None:
    text = models.TextField()
    was = ModelState("shops", "Shop", [("note", models.TextField(null=True)), ("name", text)])
    state = ProjectState({("shops", "shop"): was})
    operations = [
        AddField("shop", "motto", models.TextField(default="")),
        AddField("shop", "filled", models.TextField(db_default="")),
        AddField("shop", "empty", models.TextField(null=True)),
        AlterField("shop", "note", text),
        AlterField("shop", "name", models.TextField(unique=True)),
        SeparateDatabaseAndState([AddField("shop", "hidden", models.IntegerField(default=0))]),
        RunSQL("alter table a add column b int not null, add column c int not null default 0"),
        RunSQL(["alter table a add column b int default 0 not null;\n"]),
    ]
    assert list(_unfilled("shops", operations, state)) == [
        "shops.shop.motto",
        "shops.shop.note",
        "shops.shop.hidden",
        "shops: add column b int not null",
    ]


def _newer() -> Iterator[str]:
    loader = _loader()
    for (label, name), migration in sorted(loader.disk_migrations.items()):
        is_ours = migration.__module__.startswith("hansatsu.")
        if is_ours and _number(name) > BEFORE.get(label, 0):
            state = loader.project_state((label, name), at_end=False)
            yield from _unfilled(label, migration.operations, state)


def _unfilled(label: str, operations: Sequence[Operation], state: ProjectState) -> Iterator[str]:
    """Columns that the operations add, or that they forbid to be empty, and that nothing fills."""
    for each in operations:
        match each:
            case SeparateDatabaseAndState(database_operations=inner):
                yield from _unfilled(label, inner, state.clone())
            case RunSQL(sql=sql):
                texts = [sql] if isinstance(sql, str) else [str(part) for part in sql]
                yield from (f"{label}: {it}" for text in texts for it in IN_SQL.findall(text))
            case AddField(field=field) if _must_be_given(field):
                yield f"{label}.{each.model_name_lower}.{each.name}"
            case AlterField(field=field) if _must_be_given(field):
                before = state.models[label, each.model_name_lower].fields[each.name]
                if before.null or before.has_db_default():
                    yield f"{label}.{each.model_name_lower}.{each.name}"
        each.state_forwards(label, state)


def _must_be_given(field: Any) -> bool:
    """True when a row cannot be inserted without it."""
    is_column = not (field.many_to_many or field.generated or field.primary_key)
    return is_column and not field.null and not field.has_db_default()


@cache
def _loader() -> MigrationLoader:
    return MigrationLoader(None)


def _numbers(label: str) -> list[int]:
    return sorted(_number(name) for at, name in _loader().disk_migrations if at == label)


def _number(name: str) -> int:
    return int(name.partition("_")[0])
