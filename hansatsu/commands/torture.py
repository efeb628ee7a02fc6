"""``hansatsu torture``: is an answer that was given true, whatever is killed?"""

import json
import sys

import click


@click.command()
@click.option("--seconds", default=30, show_default=True, help="How long tills pay.")
@click.option("--clients", default=16, show_default=True, help="Tills at once.")
@click.option("--kill", is_flag=True, help="SIGKILL API, worker and database server meanwhile.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def torture(seconds: int, clients: int, kill: bool, as_json: bool) -> None:
    """Pay, refund, cancel and charge over HTTP in a throwaway town, then compare every answer
    with the books; exit 1 when one was not kept."""
    from hansatsu.lab.crash.run import held
    from hansatsu.lab.crash.run import torture as run

    figures = run(max(1, seconds), max(1, clients), kill=kill)
    if as_json:
        click.echo(json.dumps(figures))
    else:
        for name, figure in figures.items():
            click.echo(f"{name:>16}  {figure}")
    if not held(figures):
        click.echo("hansatsu: An answer was not kept: see lost, doubled and negative.", err=True)
        sys.exit(1)
