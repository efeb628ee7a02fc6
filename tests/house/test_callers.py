"""No public function without a caller outside tests: what nobody calls goes, or is called where it
was meant to be."""

import ast
import importlib
from collections.abc import Iterator
from functools import cache

from tests.support.code import (
    DEFINITIONS,
    FUNCTIONS,
    Definition,
    File,
    files,
    first_meaning,
    template_words,
    texts_in,
)

NOT_CALLED = {
    "hansatsu.ledger.canonical.entry_hash": "a second reading of the chain, which tests hold"
    " against the SQL that writes it",
    "hansatsu.ledger.canonical.genesis": "the same",
    "hansatsu.parties.shops.batch_files.hold": "by `batches`, which takes its module for a value",
    "hansatsu.demo.inbox.Keeper.handle_DATA": "by aiosmtpd",
    "hansatsu.demo.mails_on_terminal.Terminal.from_cli": "by aiosmtpd",
    "hansatsu.lab.bench.receivers.Receivers.handle_DATA": "by aiosmtpd",
    "hansatsu.demo.mails_on_terminal.Terminal.handle_DATA": "by aiosmtpd",
    "hansatsu.parties.identity.models.staff.Staff.get_full_name": "by the theme's templates",
    "hansatsu.web.shared.busy.BusyMiddleware.process_exception": "by Django",
}
"""What no file of ours names, and who calls it or why it stays."""

SELDOM = frozenset({"clean"})
"""Beginnings of methods that Django calls by the name of a field."""


def test_every_public_function_has_a_caller() -> None:
    assert sorted(_functions_nobody_calls() - NOT_CALLED.keys()) == []


def test_every_public_method_has_a_caller() -> None:
    assert sorted(_methods_nobody_calls() - NOT_CALLED.keys()) == []


def test_no_exception_is_left_over() -> None:
    assert NOT_CALLED.keys() - _functions_nobody_calls() - _methods_nobody_calls() == set()


@cache
def _functions_nobody_calls() -> frozenset[str]:
    return frozenset(name for name in _functions() if not _is_called(name))


def _functions() -> Iterator[str]:
    """Public functions that nothing decorates: what a decorator takes, it calls."""
    for file in files().values():
        for name, node in file.definitions.items():
            if isinstance(node, FUNCTIONS) and not node.decorator_list and name[0] != "_":
                yield f"{file.name}.{name}"


def _is_called(name: str) -> bool:
    return bool(_callers().get(name, set()) - {name}) or name in _names_in_texts()


@cache
def _callers() -> dict[str, set[str]]:
    """Who names what: functions, classes and files by their dotted names."""
    callers: dict[str, set[str]] = {}
    for file in _all_files():
        for node in ast.iter_child_nodes(file.tree):
            if not isinstance(node, ast.Import | ast.ImportFrom):
                is_named = isinstance(node, DEFINITIONS)
                owner = f"{file.name}.{node.name}" if is_named else file.name
                for name in file.mentioned(node):
                    callers.setdefault(first_meaning(name), set()).add(owner)
    return callers


@cache
def _names_in_texts() -> frozenset[str]:
    """What settings and the list of processes name: `a.b.c` or `a.b:c`."""
    return frozenset(
        text.replace(":", ".")
        for file in files().values()
        for text in texts_in(file.tree)
        if text.startswith("hansatsu.")
    )


@cache
def _methods_nobody_calls() -> frozenset[str]:
    return frozenset(_methods_without_a_caller())


def _methods_without_a_caller() -> Iterator[str]:
    for file in files().values():
        named = set(texts_in(file.tree))
        for owner in file.definitions.values():
            if isinstance(owner, ast.ClassDef):
                for method in _public_methods(owner):
                    known = method.name in named or method.name in _words()
                    if not known and not _is_a_bases(file, owner, method.name):
                        yield f"{file.name}.{owner.name}.{method.name}"


def _public_methods(owner: ast.ClassDef) -> Iterator[Definition]:
    for node in owner.body:
        if isinstance(node, FUNCTIONS) and node.name[0] != "_":
            yield node


@cache
def _words() -> frozenset[str]:
    """Every name that is asked of something, in code or in a template."""
    return template_words() | frozenset(
        node.attr for file in _all_files() for node in file.nodes if isinstance(node, ast.Attribute)
    )


def _is_a_bases(file: File, owner: ast.ClassDef, method: str) -> bool:
    """True when it stands in for a method of a class above, which that class's users call."""
    if method.partition("_")[0] in SELDOM:
        return True
    found = getattr(importlib.import_module(file.name), owner.name)
    return any(hasattr(base, method) for base in found.__mro__[1:])


def _all_files() -> list[File]:
    folders = ("hansatsu", "tools")
    return [file for each in folders for file in files(each, migrations=True).values()]
