"""``hansatsu resetstaff``: in again, when nobody is left who could help."""

import click

from hansatsu.commands.application import application
from hansatsu.commands.running import reason_of, whoever_runs


@click.command()
@click.option("--issuer", "code", required=True, help="The issuer's code, as OEM202303.")
@click.option("--login-id", required=True, help="Whose account it is.")
@click.option(
    "--reason", required=True, help="Why, and how you know who asks. It stays in the record."
)
def resetstaff(code: str, login_id: str, reason: str) -> None:
    """Give a member of staff a new initial password, said here and nowhere else, and have them set
    up their authenticator anew. For an only owner who lost both; everybody else is helped in the
    console. It stands in the record, and ホーム tells all of the console."""
    why = reason_of(reason)
    with application():
        from hansatsu.parties.issuers.log_in import log_in_address
        from hansatsu.parties.issuers.selectors import find_issuer
        from hansatsu.parties.staff.accounts import LONGEST_REASON
        from hansatsu.parties.staff.rescue import rescue

        if len(why) > LONGEST_REASON:
            raise click.UsageError(f"--reason is longer than {LONGEST_REASON} characters.")
        issuer = find_issuer(code)
        if issuer is None:
            raise click.ClickException(f"There is no issuer {code}: nothing was changed.")
        handed = rescue(whoever_runs(issuer), login_id, reason=why)
        if handed is None:
            raise click.ClickException(
                f"{code} has nobody {login_id} who may log in: nothing was changed."
            )
        staff = handed.staff
        page = "/console/login/" if staff.shop_id is None else "/shop/login/"
        at = log_in_address(page, issuer)
    click.echo(f"{staff.login_id} ({staff.display_name}) of {issuer.code} logs in at {at}")
    click.echo(f"with the password {handed.password}, chooses an own one there, and sets up the")
    click.echo("authenticator anew. All sessions and passkeys are gone; ホーム tells of it.")
