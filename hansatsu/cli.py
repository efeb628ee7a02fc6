"""The command ``hansatsu``: everything an operator does goes through here."""

import sys

import click
import psycopg
from django.core.exceptions import ImproperlyConfigured

from hansatsu.commands import (
    bench,
    clock,
    close,
    createissuer,
    demo,
    migrate,
    print_files,
    resetstaff,
    serve,
    torture,
    verify,
    worker,
)
from hansatsu.database.errors import DatabaseError
from hansatsu.processes.ports import PortTakenError


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def hansatsu() -> None:
    """Local electronic money: pages, worker, books."""


hansatsu.add_command(demo.demo)
hansatsu.add_command(serve.serve)
hansatsu.add_command(worker.worker)
hansatsu.add_command(migrate.migrate)
hansatsu.add_command(createissuer.createissuer)
hansatsu.add_command(resetstaff.resetstaff)
hansatsu.add_command(print_files.print_files)
hansatsu.add_command(verify.verify)
hansatsu.add_command(close.close)
hansatsu.add_command(clock.clock)
hansatsu.add_command(bench.bench)
hansatsu.add_command(torture.torture)


def main() -> None:
    """Run a command. Errors are one sentence on stderr that says what to do; exit code 1 or 2."""
    try:
        sys.exit(hansatsu(standalone_mode=False))
    except click.UsageError as error:
        command = error.ctx.command_path if error.ctx else "hansatsu"
        _fail(f"{error.format_message().rstrip('.')}: see {command} --help.", exit_code=2)
    except click.ClickException as error:
        _fail(error.format_message())
    except (DatabaseError, ImproperlyConfigured, PortTakenError) as error:
        _fail(str(error))
    except psycopg.OperationalError as error:
        _fail(f"The database does not answer ({_first_line(error)}): check DATABASE_URL.")
    except psycopg.Error as error:
        _fail(f"The database refuses ({_first_line(error)}): check DATABASE_URL and its role.")
    except (click.Abort, KeyboardInterrupt):
        _fail("Stopped.", exit_code=130)


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0].rstrip(".")


def _fail(sentence: str, exit_code: int = 1) -> None:
    click.echo(f"hansatsu: {sentence}", err=True)
    sys.exit(exit_code)


if __name__ == "__main__":
    main()
