"""約n分後: how long to wait is told in whole minutes, the same on every page."""

import re
from pathlib import Path

import pytest

import hansatsu
from hansatsu.web.shared.words import about_minutes


@pytest.mark.parametrize(
    ("seconds", "minutes"), [(0, 1), (1, 1), (60, 1), (61, 2), (3600, 60), (3601, 61)]
)
def test_nobody_comes_back_too_early(seconds: int, minutes: int) -> None:
    assert about_minutes(seconds) == minutes


def test_every_page_asks_there() -> None:
    """A sentence with minutes counts them by none of its own."""
    telling = [
        (path, text)
        for path in Path(hansatsu.__file__).parent.rglob("*.py")
        if "約%(minutes)d分後" in (text := path.read_text())
    ]
    assert len(telling) >= 8
    for path, text in telling:
        counted = re.findall(r'"minutes": (?!about_minutes\(|minutes\})', text)
        assert not counted, path
        assert "// 60" not in text, path
