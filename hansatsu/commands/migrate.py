"""``hansatsu migrate``: the database as the code expects it."""

import click

from hansatsu.commands.application import database


@click.command()
def migrate() -> None:
    """Bring the database to this version, as its owner (MIGRATE_DATABASE_URL)."""
    from hansatsu.processes.migration import migrate as apply

    with database(as_owner=True):
        apply()
    click.echo("The database is up to date.")
