"""``hansatsu demo``: a whole town on this machine, with one command."""

import click

from hansatsu.processes import demo as processes


@click.command()
@click.option(
    "--port",
    envvar="PORT",
    type=click.IntRange(1, 65_535),
    default=8000,
    show_default=True,
    help="Port of the pages.",
)
@click.option(
    "--api-port",
    envvar="API_PORT",
    type=click.IntRange(1, 65_535),
    default=8001,
    show_default=True,
    help="Port of the API.",
)
@click.option("--reload", is_flag=True, help="Start again whenever a source file changes.")
def demo(port: int, api_port: int, reload: bool) -> None:
    """Run the demo town on this machine (loopback only) until Ctrl-C.

    Data and secrets live in HANSATSU_HOME (.hansatsu); demo.json in it says who can log in.
    """
    processes.run(port, api_port, reload=reload)
