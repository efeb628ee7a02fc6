"""``hansatsu createissuer``: the first step of a new town."""

from typing import Any

import click

from hansatsu.commands.application import application
from hansatsu.commands.running import whoever_runs


@click.command()
@click.option("--code", required=True, help="In every address: 4 to 16 of A-Z and 0-9.")
@click.option("--name", required=True, help="Name in Japanese.")
@click.option("--name-en", default="", help="Name in English, for pages in English.")
@click.option("--payment-prefix", required=True, help="What 決済ID begin with: 13 of A-Z, 0-9.")
@click.option(
    "--mode",
    type=click.Choice(["live", "sandbox"]),
    default="live",
    show_default=True,
    help="live moves real value; sandbox is for trying. It never changes.",
)
@click.option("--seal", required=True, help="One or two characters for the town's seal.")
@click.option("--office-name", required=True, help="Who answers residents' questions.")
@click.option("--office-phone", required=True, help="Their number, as 0285-00-0000.")
@click.option("--office-hours", required=True, help="When they answer.")
@click.option("--office-name-en", default="", help="The same in English.")
@click.option("--office-hours-en", default="", help="The same in English.")
@click.option(
    "--mail-from",
    required=True,
    help="The no-reply address that mails come from, as no-reply@pay.example.jp.",
)
@click.option(
    "--domain",
    required=True,
    help="The domain mails come from, for residents to allow, as pay.example.jp.",
)
@click.option("--owner-login-id", default="", help="Of the console's first owner; else owner-CODE.")
@click.option("--owner-name", default="責任者", show_default=True, help="What the owner is called.")
def createissuer(owner_login_id: str, owner_name: str, **fields: Any) -> None:
    """Make an issuer: a town or shopping street with its own money, shops and residents; and the
    first owner of its console, whose password is said here and nowhere else."""
    with application():
        from django.core.exceptions import ValidationError
        from django.db import transaction
        from django.utils import translation

        from hansatsu.flows.settlement.rules import rules_of
        from hansatsu.formats.typed import narrowed
        from hansatsu.parties.issuers.log_in import log_in_address
        from hansatsu.parties.issuers.services import NewIssuer, open_issuer
        from hansatsu.parties.staff.accounts import hire_first_owner

        typed: dict[str, Any] = {name: narrowed(text) for name, text in fields.items()}
        with translation.override("en"):
            try:
                with transaction.atomic():
                    issuer = open_issuer(NewIssuer(**typed))
                    rules_of(issuer)  # it settles from this day on
                    login_id = owner_login_id or f"owner-{issuer.code.lower()}"
                    owner = hire_first_owner(
                        whoever_runs(issuer), login_id=login_id, display_name=owner_name
                    )
                    if owner.staff is None:
                        raise ValidationError(_of_owner(owner.errors))
            except ValidationError as error:
                raise click.ClickException(_sentence(error.message_dict)) from error
        at = log_in_address("/console/login/", issuer)
    click.echo(f"Made {issuer.code} {issuer.name}.")
    click.echo(f"Its console's owner logs in at {at} as {owner.staff.login_id}")
    click.echo(f"with the password {owner.password} and is asked for an own one there.")


def _of_owner(errors: dict[str, str]) -> dict[str, str]:
    """By the options' names."""
    options = {"login_id": "owner_login_id", "display_name": "owner_name"}
    return {options[field]: said for field, said in errors.items()}


def _sentence(problems: dict[str, list[str]]) -> str:
    """What is wrong, with what each option takes."""
    options = click.get_current_context().command.params
    takes = {each.name: each.help for each in options if isinstance(each, click.Option)}
    return " ".join(
        f"--{field.replace('_', '-')}: {' '.join(said)} {takes.get(field) or ''}".rstrip()
        for field, said in problems.items()
    )
