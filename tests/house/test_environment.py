"""The runbook names every environment variable that is read, and no other."""

import ast
import re
from collections.abc import Iterator
from functools import cache

from tests.support.code import ROOT, File, files

RUNBOOK = ROOT / "docs/runbooks/deploy.md"
SECTION = re.compile(r"^## 3\. The environment$(.*?)^## ", re.MULTILINE | re.DOTALL)
VARIABLE = re.compile(r"`([A-Z][A-Z0-9_]+)`")

READERS = {
    "os.environ.get",
    "os.environ.setdefault",
    "hansatsu.config.environment.required",
    "hansatsu.config.environment.secret",
    "hansatsu.config.environment.secrets",
    "hansatsu.config.environment.number",
    "hansatsu.config.environment.networks",
    "hansatsu.system.parent.environment.get",
}
"""Functions that are given the name of a variable."""

OF_OTHERS = {
    "DJANGO_SETTINGS_MODULE": "Django's; set by each entrance for itself",
    "SUDO_USER": "sudo's: who runs a command",
}
"""What others define."""


def test_the_runbook_names_what_is_read_and_no_more() -> None:
    found = SECTION.search(RUNBOOK.read_text(encoding="utf-8"))
    assert found
    assert set(VARIABLE.findall(found[1])) == _read() - OF_OTHERS.keys()


def test_no_exception_is_left_over() -> None:
    assert OF_OTHERS.keys() <= _read()


@cache
def _read() -> frozenset[str]:
    return frozenset(name for file in files(migrations=True).values() for name in _read_in(file))


def _read_in(file: File) -> Iterator[str]:
    for node in file.nodes:
        match node:
            case ast.Call(func=func, args=[name, *_]) if file.resolve(func) in READERS:
                yield from _text(file, name)
            case ast.Subscript(value=value, slice=name, ctx=ast.Load()):
                if file.resolve(value) == "os.environ":
                    yield from _text(file, name)
            case ast.keyword(arg="envvar", value=name):  # of an option of a command
                yield from _text(file, name)


def _text(file: File, node: ast.expr) -> Iterator[str]:
    """A text, or a constant's, wherever that is defined; none of what a reader is given."""
    if isinstance(node, ast.Constant):
        yield str(node.value)
    elif (file.name, ast.unparse(node)) != ("hansatsu.config.environment", "name"):
        module, _dot, name = file.resolve(node).rpartition(".")
        values = [
            each.value
            for each in ast.iter_child_nodes(files()[module].tree)
            if isinstance(each, ast.Assign) and [name] == [ast.unparse(to) for to in each.targets]
        ]
        assert values, f"{file.name}: what is {ast.unparse(node)}?"
        yield from _text(files()[module], values[-1])
