"""Every path that a document names is there: a map that leads nowhere is worse than none."""

import re
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

ROOT = Path(__file__).parents[2]
CODE = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"\]\(([\w./-]+)\)")
WORD = re.compile(r"(?<![\w./-])[\w-]+/[\w./{},*-]*")
CHOICE = re.compile(r"(.*)\{(.*)\}(.*)")
PLACEHOLDER = re.compile(r"[A-Z]{2}")
"""Stands in a recipe for what its reader calls it: `views/NAME.py`."""

FOLDERS = tuple(
    ROOT / each
    for each in (
        "",
        "hansatsu",
        "hansatsu/web",
        "hansatsu/web/templates",
        "hansatsu/web/console/frame/templates",
    )
)
"""The folders that documents name paths from: `flows/payments/pos` from the second."""

OF_EXAMPLES = {
    "hansatsu/flows/grants": "docs/recipes.md",  # the package that a recipe makes
    "hansatsu/web/console/settings/templates/console/hours.html": "docs/recipes.md",
    "hansatsu/web/templates/shop/name.html": "docs/recipes.md",
    "hansatsu/web/templates/wallet/name.html": "docs/recipes.md",
    "tests/flows/grants": "docs/recipes.md",
}
"""Paths that a document has its reader make, and the document."""


def test_every_path_is_there() -> None:
    assert [f"{path} in {document}" for path, document in _lost() if not _example(path)] == []


def test_no_exception_is_left_over() -> None:
    assert {each for path, _document in _lost() if (each := _example(path))} == set(OF_EXAMPLES)


def test_a_path_that_leads_nowhere_is_seen() -> None:
    text = "`flows/payments/{poster,told}.py`, `make test`, [why](docs/no.md), `and/or`, `a/NAME`"
    assert [path for path in _paths(text) if not _leads_somewhere(path)] == [
        "flows/payments/told.py",
        "docs/no.md",
    ]


def _example(path: str) -> str:
    """The example that it belongs to; empty for a path of ours."""
    own = (each for each in OF_EXAMPLES if f"{path}/".startswith(f"{each}/"))
    return next(own, "")


def _lost() -> Iterator[tuple[str, str]]:
    """The paths that lead nowhere, each with the document that it stands in. Decisions and the
    change log are history, and not looked at."""
    for file in sorted(chain(ROOT.glob("*.md"), ROOT.glob("docs/*.md"), ROOT.glob("docs/*/*.md"))):
        name = str(file.relative_to(ROOT))
        if name != "CHANGELOG.md" and not name.startswith("docs/adr/"):
            text = file.read_text(encoding="utf-8")
            yield from ((p, name) for p in _paths(text) if not _leads_somewhere(p, file.parent))


def _paths(text: str) -> Iterator[str]:
    words = chain.from_iterable(WORD.findall(code) for code in CODE.findall(text))
    for word in chain(words, LINK.findall(text)):
        choice = CHOICE.fullmatch(word)
        names = (
            [choice[1] + each.strip() + choice[3] for each in choice[2].split(",")]
            if choice
            else [word]
        )
        yield from (name.rstrip(".") for name in names if not PLACEHOLDER.search(name))


def _leads_somewhere(path: str, beside: Path = ROOT) -> bool:
    """True when it is there, or does not begin in one of ``FOLDERS``: an address, a branch."""
    first = path.split("/")[0]
    near = [folder for folder in (*FOLDERS, beside) if (folder / first).exists()]
    return not near or any(next(folder.glob(path), None) for folder in near)
