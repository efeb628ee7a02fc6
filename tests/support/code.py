"""Our own code as the checks of the house read it: parsed, its names resolved to what they mean."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path

ROOT = Path(__file__).parents[2]

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
DEFINITIONS = (*FUNCTIONS, ast.ClassDef)


@dataclass(frozen=True)
class File:
    """A file of Python.

    Attributes:
        name: dotted, as `hansatsu.ledger.api`; a package's is that of its folder.
        tree: what stands in it.
        means: what each imported name means, as `hansatsu.ledger.api.entry`.
        definitions: functions and classes of the file itself, by their names.
    """

    name: str
    tree: ast.Module
    means: dict[str, str] = field(default_factory=dict)
    definitions: dict[str, Definition] = field(default_factory=dict)

    @cached_property
    def nodes(self) -> tuple[ast.AST, ...]:
        """Everything in the tree, walked once for all who look at it."""
        return tuple(ast.walk(self.tree))

    def resolve(self, node: ast.AST) -> str:
        """The full dotted name of what a name, or names with dots between them, means in this
        file; empty for other expressions."""
        if isinstance(node, ast.Name):
            return self.means.get(node.id, f"{self.name}.{node.id}")
        if isinstance(node, ast.Attribute) and (before := self.resolve(node.value)):
            return f"{before}.{node.attr}"
        return ""

    def mentioned(self, node: ast.AST) -> set[str]:
        """Everything that `node` names, by full dotted names; shorter ones on the way too."""
        names = {self.resolve(each) for each in ast.walk(node)}
        return {name for name in names if name}


@cache
def files(folder: str = "hansatsu", *, migrations: bool = False) -> dict[str, File]:
    """Every file of Python below a folder of the tree, by its dotted name."""
    paths = sorted((ROOT / folder).rglob("*.py"))
    wanted = [path for path in paths if migrations or "migrations" not in path.parts]
    return {file.name: file for file in map(_read, wanted)}


def first_meaning(name: str) -> str:
    """Where what is called `name` is defined: a package hands on names that its files define."""
    module, _dot, last = name.rpartition(".")
    file = files().get(module)
    if file is None or last in file.definitions or last not in file.means:
        return name
    return first_meaning(file.means[last])


@cache
def template_words() -> frozenset[str]:
    """Every word that stands in a tag of a template."""
    tags = re.compile(r"{[{%](.*?)[%}]}", re.DOTALL)
    texts = (
        path.read_text(encoding="utf-8")
        for path in (ROOT / "hansatsu").rglob("templates/**/*.html")
    )
    return frozenset(
        word for text in texts for tag in tags.findall(text) for word in re.findall(r"\w+", tag)
    )


def texts_in(node: ast.AST) -> Iterator[str]:
    """Every text that stands in the code as a value."""
    for each in ast.walk(node):
        if isinstance(each, ast.Constant) and isinstance(each.value, str):
            yield each.value


@cache
def _read(path: Path) -> File:
    parts = path.relative_to(ROOT).with_suffix("").parts
    is_package = parts[-1] == "__init__"
    name = ".".join(parts[:-1] if is_package else parts)
    tree = ast.parse(path.read_text(encoding="utf-8"))
    file = File(name, tree)
    for node in file.nodes:
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for each in node.names:
                file.means[each.asname or each.name] = f"{node.module}.{each.name}"
        elif isinstance(node, ast.Import):
            for each in node.names:
                bound = each.asname or each.name.partition(".")[0]
                file.means[bound] = each.name if each.asname else bound
    file.definitions.update(
        (node.name, node) for node in ast.iter_child_nodes(tree) if isinstance(node, DEFINITIONS)
    )
    return file


@cache
def mentions() -> dict[str, frozenset[str]]:
    """What each function, class and constant of a file names, by dotted names. A class names what
    its methods name; where a value comes from that is handed in, nobody can read."""
    found: dict[str, frozenset[str]] = {}
    for file in files().values():
        for node in ast.iter_child_nodes(file.tree):
            names = frozenset(map(first_meaning, file.mentioned(node)))
            found.update((f"{file.name}.{name}", names) for name in _bound_by(node))
    return found


def leads_to(name: str, goal: str) -> bool:
    """True when `name` names `goal`, or what names it, and so on."""
    seen, waiting = {name}, [name]
    while waiting:
        new = mentions().get(waiting.pop(), frozenset()) - seen
        if goal in new:
            return True
        seen |= new
        waiting += new
    return False


def _bound_by(node: ast.AST) -> list[str]:
    if isinstance(node, DEFINITIONS):
        return [node.name]
    targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
    return [each.id for each in targets if isinstance(each, ast.Name)]
