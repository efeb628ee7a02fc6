"""Who runs a command, and why, for the record of acts."""

import getpass
import os
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from hansatsu.parties.issuers.audit import Actor
    from hansatsu.parties.issuers.models import Issuer

ACTOR = "system:command"


def whoever_runs(issuer: "Issuer") -> "Actor":
    """The person logged in on the server, also behind sudo, at work for ``issuer``."""
    from hansatsu.parties.issuers.audit import SERVER, Actor

    return Actor(issuer, ACTOR, _account(), SERVER)


def reason_of(text: str) -> str:
    """Why, as ``--reason`` says it.

    Raises:
        click.UsageError: when it says nothing.
    """
    if not text.strip():
        raise click.UsageError("--reason is empty: say why. It stays in the record.")
    return text.strip()


def _account() -> str:
    """The account's name; its number where the machine has no name for it, as in a container."""
    try:
        return os.environ.get("SUDO_USER") or getpass.getuser()
    except (KeyError, OSError):
        return f"uid {os.getuid()}"
