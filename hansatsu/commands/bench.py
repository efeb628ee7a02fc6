"""``hansatsu bench …``: how fast, beside the limit of the database underneath.

The benchmarks are loaded only when asked for: no other command needs them.
"""

from importlib import import_module

import click


class LazyGroup(click.Group):
    """A group of commands that lives in another module."""

    def __init__(self, name: str, source: str, help: str) -> None:
        super().__init__(name, help=help)
        self._source = source

    def list_commands(self, context: click.Context) -> list[str]:
        """The names of the commands."""
        return self._loaded().list_commands(context)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        """The command called ``name``."""
        return self._loaded().get_command(context, name)

    def _loaded(self) -> click.Group:
        module, _, attribute = self._source.partition(":")
        group: click.Group = getattr(import_module(module), attribute)
        return group


bench = LazyGroup("bench", "hansatsu.lab.bench.cli:bench", help="Measure, beside the limit.")
