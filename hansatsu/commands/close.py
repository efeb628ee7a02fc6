"""``hansatsu close``: the closings that are due, now."""

import sys
from typing import assert_never

import click

from hansatsu.commands.application import application


@click.command()
@click.option("--issuer", "code", default="", help="This issuer's alone, by its code.")
def close(code: str) -> None:
    """Cut the books of issuers at the last midnight in Japan and make the closings that are due.

    The worker does the same every minute; what is closed already stays as it is. Exits 1 when
    something that is due could not be closed."""
    with application():
        from hansatsu.flows.settlement.closing import Made, close_due
        from hansatsu.parties.issuers.models import Issuer

        issuers = list(Issuer.objects.order_by("code"))
        if code:
            issuers = [issuer for issuer in issuers if issuer.code == code]
            if not issuers:
                raise click.ClickException(
                    f"There is no issuer {code}: give the code that stands in its addresses."
                )

        def tell(issuer: Issuer, made: Made) -> bool:
            for closing in made.closings:
                click.echo(
                    f"{issuer.code}: closing {closing.number} up to {closing.last_day}: "
                    f"{closing.statement_count} statements, ¥{closing.payout:,} to be paid on "
                    f"{closing.pay_on}."
                )
            match made.outcome:
                case "closed":
                    return True
                case "nothing_due":
                    click.echo(f"{issuer.code}: nothing is due.")
                    return True
                case "clock_jumped":
                    why = "the server's clock has jumped: see hansatsu clock show."
                case "writers":
                    why = "a transaction from before the cut still writes: try again in a minute."
                case never:
                    assert_never(never)
            click.echo(f"hansatsu: {issuer.code} was not closed: {why}", err=True)
            return False

        refused = [issuer for issuer in issuers if not tell(issuer, close_due(issuer))]
    if refused:
        sys.exit(1)
