"""A run's rows, written in one statement however many they are."""

from collections.abc import Sequence

from django.db import connection
from psycopg import sql

from hansatsu.flows.settlement.models import PayoutRow


def insert_rows(rows: Sequence[PayoutRow]) -> None:
    """Write all rows of a run, which the database adds up at the end of the statement.

    ``bulk_create`` makes several of more than 65,535 parameters, that is of more than 3,640 rows:
    the first would be refused, since the run is not its sum. Here each column is one parameter.
    """
    fields = [each for each in PayoutRow._meta.concrete_fields if not each.primary_key]
    columns = [
        [each.get_db_prep_save(getattr(row, each.attname), connection) for row in rows]
        for each in fields
    ]
    types = [each.db_type(connection) or "" for each in fields]
    statement = sql.SQL("insert into {} ({}) select * from unnest({})").format(
        sql.Identifier(PayoutRow._meta.db_table),
        sql.SQL(", ").join(sql.Identifier(str(each.column)) for each in fields),
        sql.SQL(", ").join(sql.SQL("%s::" + each + "[]") for each in types),
    )
    with connection.cursor() as cursor:
        cursor.execute(statement.as_string(connection.connection), columns)
