"""Rows that every page asks for, read past Django's writing of statements (ADR 0253).

To write a statement costs Django four times what the statement costs. These are written once, are
planned once (``prepare_threshold``), and their rows become the same models.
"""

from functools import cache
from typing import Any, LiteralString

from django.db.models import Model

from hansatsu.database.connections import ledger_connection


@cache
def columns(model: type[Model], alias: str) -> str:
    """What stands between ``select`` and ``from`` for a whole row of ``model``'s table."""
    return ", ".join(f'{alias}."{field.column}"' for field in model._meta.concrete_fields)


def rows_of[Thing: Model](model: type[Thing], where: LiteralString, *values: Any) -> list[Thing]:
    """The rows of ``model``'s table, called ``t``, that ``where`` names: all that stands behind the
    table's name in the statement."""
    statement = _statement(model, where)
    found = ledger_connection().execute(statement, values).fetchall()
    return [thing_of(model, row) for row in found]


def thing_of[Thing: Model](model: type[Thing], row: tuple[Any, ...]) -> Thing:
    """The thing whose ``columns`` these are."""
    return model.from_db("default", _names(model), row)


def values_of(thing: Model) -> tuple[Any, ...]:
    """What stands in the columns of ``thing``'s row: when none has changed, nothing of it has."""
    return tuple([getattr(thing, name) for name in _names(type(thing))])


@cache
def width_of(model: type[Model]) -> int:
    """How many ``columns`` there are."""
    return len(_names(model))


@cache
def _names(model: type[Model]) -> list[str]:
    return [field.attname for field in model._meta.concrete_fields]


@cache
def _statement(model: type[Model], where: str) -> bytes:
    table = model._meta.db_table  # as its columns, written in our own code
    return f'select {columns(model, "t")} from "{table}" as t {where}'.encode()  # noqa: S608
