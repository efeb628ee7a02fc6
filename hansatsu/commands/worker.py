"""``hansatsu worker``: mails and sweeps."""

import click

from hansatsu.commands.application import database


@click.command()
def worker() -> None:
    """Send mails, expire value that is due, and take up what a killed worker left."""
    from hansatsu.processes.worker import main

    with database():
        main()
