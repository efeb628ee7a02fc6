"""English is whole: every Japanese string of code and templates has it."""

import re

from babel.messages.pofile import read_po

from tools import messages

PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]")


def test_every_string_is_translated_and_none_is_left_over() -> None:
    assert messages.untranslated() == []


def test_translations_keep_their_placeholders() -> None:
    with messages.ENGLISH.open("rb") as file:
        catalogue = read_po(file, locale="en")
    for message in catalogue:
        if isinstance(message.id, str) and isinstance(message.string, str) and message.id:
            assert set(PLACEHOLDER.findall(message.string)) <= set(PLACEHOLDER.findall(message.id))


def test_no_template_speaks_without_being_translatable() -> None:
    japanese = re.compile(r"[぀-ヿ一-鿿]")
    tags = re.compile(r"\{%.*?%\}|\{#.*?#\}|\{\{.*?\}\}", re.DOTALL)
    blocks = re.compile(r"\{% blocktranslate.*?\{% endblocktranslate %\}", re.DOTALL)
    names = {"日本語"}  # a language's own name, in the link to it
    folder = messages.PACKAGE / "web" / "templates"
    for path in folder.rglob("*.html"):
        left = tags.sub("", blocks.sub("", path.read_text()))
        for name in names:
            left = left.replace(name, "")
        assert not japanese.search(left), path
