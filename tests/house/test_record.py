"""Every act of staff has its words and its line in the record."""

import ast
import re
from collections.abc import Iterator
from functools import cache

import pytest

from hansatsu.web.shared.audit_words import acts, name_words
from tests.support.code import FUNCTIONS, File, files, first_meaning, leads_to
from tests.support.staff_pages import pages_of_staff

AUDIT = "hansatsu.parties.issuers.audit.audit"
"""What writes a line; `Deed.record` hands on to it."""

OF_RESIDENTS = "hansatsu.parties.identity.events.record"
"""Writes what residents do, elsewhere."""

WRITERS = {
    "hansatsu.web.console.entrance.entering.SITE",
    "hansatsu.web.shop.entering.SITE",
    "hansatsu.parties.staff.passkeys.add_passkey",
    "hansatsu.parties.staff.passkeys.remove_passkey",
    "hansatsu.parties.staff.passkeys.check_passkey",
}
"""What writes the line of a page that is given it, where nobody can read that it is."""

LOGGED_IN = "the line is written where the last step of a log-in lets somebody in"
OWN_PASSKEYS = "by what the page is given: `parties.staff.passkeys` writes it"
A_PAYMENT = "the ledger's entry says who took it, at which terminal"
ASKS_FIRST = "nothing is done yet: the next page does it"

UNRECORDED = {
    "console:login_code": LOGGED_IN,
    "console:login_passkey": LOGGED_IN,
    "console:login_finish": LOGGED_IN,
    "console:passkey_add": OWN_PASSKEYS,
    "console:passkey_finish": OWN_PASSKEYS,
    "console:passkey": OWN_PASSKEYS,
    "console:passkey_remove": OWN_PASSKEYS,
    "console:emoney_accept": ASKS_FIRST,
    "console:shop_import": ASKS_FIRST,
    "console:shop_poster": "a picture of what hangs in the shop; nothing changes",
    "console:shop_posters": "the same of many",
    "console:support_find": "finds, masked; what is unmasked is recorded",
    "shop:login_code": LOGGED_IN,
    "shop:login_passkey": LOGGED_IN,
    "shop:login_finish": LOGGED_IN,
    "shop:prove_passkey": "asks the browser; the answer is recorded",
    "shop:passkey_add": OWN_PASSKEYS,
    "shop:passkey_finish": OWN_PASSKEYS,
    "shop:passkey": OWN_PASSKEYS,
    "shop:passkey_remove": OWN_PASSKEYS,
    "shop:ring_up": ASKS_FIRST,
    "shop:confirm": A_PAYMENT,
    "shop:settle": A_PAYMENT,
    "shop:ask": ASKS_FIRST,
    "shop:asked": "takes back what was asked for, of which nothing was paid",
    "shop:card": "what a card holds, to those who have it before them",
    "shop:refund": ASKS_FIRST,
    "shop:refund_settle": "tells how one ended: it was recorded when it was made, or never will be",
}
"""Pages that take a form and write no line themselves, and why."""


def test_every_page_that_acts_leads_to_the_record() -> None:
    acting = [each for each in pages_of_staff() if each.takes_forms]
    silent = {each.page for each in acting if not leads_to(each.view, AUDIT)}
    assert silent == UNRECORDED.keys()


@pytest.mark.parametrize("writer", sorted(WRITERS))
def test_what_pages_are_given_writes_their_line(writer: str) -> None:
    assert leads_to(writer, AUDIT)


def test_every_act_has_words_and_every_word_an_act() -> None:
    written = dict(_written())
    wordless = {
        act: where
        for act, where in written.items()
        if not any(re.fullmatch(act, each) for each in acts())
    }
    assert wordless == {}
    assert [act for act in acts() if not any(re.fullmatch(each, act) for each in written)] == []


def test_every_fact_of_an_act_has_words() -> None:
    assert {name: where for name, where in _facts() if name_words(name) == name} == {}


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ('audit(by, "hired" if new else "called", "x")', {"hired", "called"}),
        ('act = {"a": "made", "b": "lost"}\n    audit(by, act[kind], "x")', {"made", "lost"}),
        ('audit(by, f"{kind}_added", "x")', {".+_added"}),
        ('deed.record("paid", "x")', {"paid"}),
        ('record(issuer, "left")', set()),
    ],
)
def test_acts_are_found_as_they_are_written(code: str, found: set[str]) -> None:
    tree = ast.parse(f"def done(deed, by, kind, new):\n    {code}\n")
    file = File("made.up", tree, {"audit": AUDIT, "record": OF_RESIDENTS})
    assert {act for act, _ in _written_in(file)} == found


def _facts() -> Iterator[tuple[str, str]]:
    """Names in what an act is recorded with, as far as they stand where it is recorded."""
    for file in files().values():
        for call in file.nodes:
            if isinstance(call, ast.Call) and _act(file, call) is not None:
                for given in call.keywords:
                    if given.arg in ("before", "after") and isinstance(given.value, ast.Dict):
                        for key in given.value.keys:
                            if isinstance(key, ast.Constant):
                                yield str(key.value), file.name


@cache
def _written() -> list[tuple[str, str]]:
    """Every act that is recorded anywhere, as a regular expression, and the file that does."""
    return [each for file in files().values() for each in _written_in(file)]


def _written_in(file: File) -> Iterator[tuple[str, str]]:
    for function in file.nodes:
        if isinstance(function, FUNCTIONS):
            for call in ast.walk(function):
                act = _act(file, call) if isinstance(call, ast.Call) else None
                if act is not None:
                    for text in _texts(file, function, act):
                        yield text, file.name


def _act(file: File, call: ast.Call) -> ast.expr | None:
    """What is recorded, when `call` records an act of staff. `Deed.record` itself hands on."""
    meant = first_meaning(file.resolve(call.func))
    if file.name.endswith(".deeds") or meant == OF_RESIDENTS:
        return None
    if meant == AUDIT:
        return call.args[1]
    is_deed = isinstance(call.func, ast.Attribute) and call.func.attr == "record"
    return call.args[0] if is_deed else None


def _texts(
    file: File, function: ast.FunctionDef | ast.AsyncFunctionDef, node: ast.expr
) -> Iterator[str]:
    """What an expression may say: of names, what they are set to in the function, or given by
    those of the file that call it."""
    match node:
        case ast.Constant(value=str(text)):
            yield re.escape(text)
        case ast.IfExp(body=one, orelse=other):
            yield from _texts(file, function, one)
            yield from _texts(file, function, other)
        case ast.Dict(values=values):
            for value in values:
                yield from _texts(file, function, value)
        case ast.Subscript(value=value):
            yield from _texts(file, function, value)
        case ast.JoinedStr(values=values):
            parts = [each.value if isinstance(each, ast.Constant) else None for each in values]
            yield "".join(".+" if part is None else re.escape(str(part)) for part in parts)
        case ast.Name(id=name):
            found = list(_set_or_given(file, function, name))
            assert found, f"{file.name}: what is {name}?"
            for owner, value in found:
                yield from _texts(file, owner, value)
        case _:
            raise AssertionError(f"{file.name}: what is {ast.unparse(node)}?")


def _set_or_given(
    file: File, function: ast.FunctionDef | ast.AsyncFunctionDef, name: str
) -> Iterator[tuple[ast.FunctionDef | ast.AsyncFunctionDef, ast.expr]]:
    for node in ast.walk(function):
        if isinstance(node, ast.Assign) and [name] == [ast.unparse(each) for each in node.targets]:
            yield function, node.value
    place = next((at for at, each in enumerate(function.args.args) if each.arg == name), None)
    if place is not None:
        for owner in ast.walk(file.tree):
            if isinstance(owner, FUNCTIONS):
                for call in ast.walk(owner):
                    if isinstance(call, ast.Call) and ast.unparse(call.func) == function.name:
                        yield owner, call.args[place]
