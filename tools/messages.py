"""Keep the English catalogue complete: message ids are the Japanese strings of code and templates.

``python tools/messages.py`` adds what is new, untranslated, and drops what is no longer said. A
test fails for every string without its English. gettext's own programs are not needed.
"""

import io
from collections.abc import Iterator
from pathlib import Path

from babel.messages import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

PROJECT = Path(__file__).resolve().parent.parent
PACKAGE = PROJECT / "hansatsu"
ENGLISH = PROJECT / "locale" / "en" / "LC_MESSAGES" / "django.po"
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
HEADER = """# The site in English. Message ids are the Japanese strings (tools/messages.py).
msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"
"Language: en\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

"""
Key = tuple[str | None, str | tuple[str, ...]]


def said() -> set[Key]:
    """Every (context, message) in code and templates."""
    found: set[Key] = set()
    for text in _sources():
        source = io.BytesIO(text.encode())
        for _line, message, _comments, context in extract("python", source, KEYWORDS):
            found.add((context, message))
    return found


def english() -> Catalog:
    """The catalogue as it stands."""
    if not ENGLISH.exists():
        return Catalog(locale="en", charset="utf-8")
    with ENGLISH.open("rb") as file:
        return read_po(file, locale="en", abort_invalid=True)


def untranslated() -> list[str]:
    """Messages that have no English, and English that nobody says any more."""
    catalogue = {(m.context, m.id): m for m in english() if m.id}
    wanted = said()
    missing = [str(key) for key in wanted if key not in catalogue or not _is_whole(catalogue[key])]
    unused = [str(key) for key in catalogue if key not in wanted]
    return sorted(missing) + sorted(unused)


def update() -> None:
    """Write the catalogue anew, sorted, with the translations it had."""
    old = {(m.context, m.id): m.string for m in english() if m.id}
    new = Catalog(locale="en", charset="utf-8")
    for context, message in sorted(said(), key=str):
        new.add(message, old.get((context, message), ""), context=context)
    ENGLISH.parent.mkdir(parents=True, exist_ok=True)
    written = io.BytesIO()
    write_po(written, new, width=100, omit_header=True, ignore_obsolete=True)
    ENGLISH.write_text(HEADER + written.getvalue().decode())


def _sources() -> Iterator[str]:
    for path in PACKAGE.rglob("*.py"):
        yield path.read_text()
    for folder in PACKAGE.rglob("templates"):
        for path in folder.rglob("*.*"):
            lines = templatize(path.read_text(), origin=str(path)).splitlines()
            yield "\n".join(line.strip() for line in lines)  # Babel's tokens mind indentation


def _is_whole(message: object) -> bool:
    text = getattr(message, "string", "")
    return all(text) if isinstance(text, tuple) else bool(text)


if __name__ == "__main__":
    if not settings.configured:
        settings.configure()
    update()
    for message in untranslated():
        print(message)
