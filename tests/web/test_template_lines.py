"""Templates are read by people: one tag a line, where a line would be long."""

import re
from pathlib import Path

import hansatsu

LONGEST = 160
"""Characters of a line that may hold several tags."""

BLOCKS = (
    "article|aside|dd|details|div|dl|dt|fieldset|footer|form|h1|h2|h3|header|legend|li|main|nav|ol"
    "|p|section|summary|table|tbody|td|th|thead|tr|ul"
)
"""HTML tags beside which nobody sees whitespace, so that a line can be broken there."""

TEMPLATE = r"\{%.*?%\}|\{\{.*?\}\}"
ELEMENT = re.compile(rf"<(/?)({BLOCKS})\b(?:{TEMPLATE}|\"(?:{TEMPLATE}|[^\"])*\"|[^>])*>")
OPENING = re.compile(r"<[a-z][\w-]*( +[^\s>])?")
"""The beginning of a tag; its group is where its attributes begin."""
COMPONENT = re.compile(r'\{% include "components/(?:notice|button|field|tick|choice|empty)\.html"')


def test_a_long_line_cannot_be_broken() -> None:
    """What is long holds one tag, or text in which whitespace would be seen."""
    files = sorted(Path(hansatsu.__file__).parent.rglob("*.html"))
    assert len(files) > 100
    found = [
        f"{file.name}:{number}"
        for file in files
        for number, line in enumerate(file.read_text().splitlines(), 1)
        if len(line) > LONGEST and is_breakable(line.strip())
    ]
    assert found == []


def is_breakable(line: str) -> bool:
    """True when there is a place within the line where a line can end."""
    has_inside = any(at.start() > 0 and at.end() < len(line) for at in ELEMENT.finditer(line))
    return has_inside or len(COMPONENT.findall(line)) > 1 or _can_end_within_a_tag(line)


def _can_end_within_a_tag(line: str) -> bool:
    """True when it holds several tags, and one has attributes: a line can end before those."""
    attributes = OPENING.findall(line)
    return len(attributes) > 1 and any(attributes)


def test_what_is_long_is_found() -> None:
    assert is_breakable("<div><p>a</p></div>")
    assert is_breakable('<p class="{% if a %}b{% endif %}">a</p><p>b</p>')
    assert is_breakable(
        '{% include "components/field.html" %}{% include "components/field.html" %}'
    )
    assert is_breakable('<span>a</span><span class="b">c</span>')
    assert not is_breakable('class="a">b</span><span')
    assert not is_breakable('<span class="a" lang="ja">b</span>')
    assert not is_breakable("<p>a <span>b</span><span>c</span></p>")
    assert not is_breakable('{% include "components/field.html" with label=_("a") only %}')
