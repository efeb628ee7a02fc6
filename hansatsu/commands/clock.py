"""``hansatsu clock``: what to do when the server's clock has jumped."""

import click

from hansatsu.commands.application import application
from hansatsu.commands.running import reason_of, whoever_runs


@click.group()
def clock() -> None:
    """The server's clock, when it has jumped ahead: until it is right again, or accepted, nothing
    expires."""


@clock.command()
def show() -> None:
    """Say what the clock shows, and whether it has jumped."""
    with application():
        from hansatsu.database.connections import ledger_connection
        from hansatsu.ledger import api as ledger

        connection = ledger_connection()
        click.echo(f"The database shows {ledger.now(connection):%Y-%m-%d %H:%M:%S %Z}.")
        for jump in ledger.open_jumps(connection):
            click.echo(f"It has jumped ahead by {jump.ahead}, found at {jump.found_at:%c %Z}.")
        ahead = sum(ledger.wallets_ahead(connection).values())
        if ahead:
            click.echo(f"{ahead} wallets are ahead of it, and pay nothing until it has come.")


@clock.command()
@click.option("--reason", required=True, help="Who has looked, and why it is right.")
def accept(reason: str) -> None:
    """Believe the clock as it is, so that what is due by it expires. Look first: expiry cannot be
    undone."""
    why = reason_of(reason)
    with application():
        from django.db import transaction

        from hansatsu.database.connections import ledger_connection
        from hansatsu.ledger import api as ledger
        from hansatsu.parties.issuers.audit import audit
        from hansatsu.parties.issuers.models import Issuer
        from hansatsu.parties.issuers.names import issuer_name

        with transaction.atomic():
            ended = ledger.accept_clock(ledger_connection(), why)
            if not ended:
                raise click.ClickException("The clock has not jumped: there is nothing to accept.")
            for issuer in Issuer.objects.all():
                by = whoever_runs(issuer)
                audit(by, "accept_clock", issuer_name(issuer.pk), reason=why)
    click.echo("Accepted. What is due expires within a minute.")
