"""``hansatsu serve``: the pages and the API of a real installation."""

import os

import click
import psycopg

from hansatsu.commands.application import application
from hansatsu.processes import serving
from hansatsu.processes.guard import refuse_demo, refuse_other_birth, refuse_strong_role


@click.command()
@click.option(
    "--pages",
    type=click.IntRange(1),
    default=2,
    show_default=True,
    help="Processes that answer pages.",
)
@click.option(
    "--api",
    type=click.IntRange(0),
    default=1,
    show_default=True,
    help="Processes that answer tills.",
)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
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
def serve(pages: int, api: int, host: str, port: int, api_port: int) -> None:
    """Serve the pages and the API, behind a proxy that speaks HTTPS.

    Refuses a database that was born as a demo, and any role that could change the books.
    """
    with application():
        with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
            refuse_strong_role(connection)
            refuse_demo(connection)
            refuse_other_birth(connection)
        serving.run(host, port, pages, api_port, api)
