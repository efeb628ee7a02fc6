"""What looks at pages finds each fault on the page that has it, though most texts are read once."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.support.axe import Axe
from tests.support.browsers import PHONE
from tests.support.looking import Looker

FAINT = "#888"
"""On white 3.5 : 1, on #333 as much as 3.6 : 1: too little on either, for small text."""
NOT_TO_BE_TOLD = "background-image: linear-gradient(white, black)"


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page of no site."""
    context = browser.new_context(viewport=PHONE)  # type: ignore[arg-type]
    yield context.new_page()
    context.close()


def show(page: Page, body: str, style: str = "") -> None:
    """A page without other faults."""
    page.set_content(
        f"<!doctype html><html lang='ja'><title>題</title><style>{style}</style><main>{body}</main>"
    )


def unread(axe: Axe, page: Page, body: str, style: str = "") -> list[str]:
    """What cannot be read there."""
    show(page, body, style)
    axe.rules()
    return [node for _, nodes in axe.contrast() for node in nodes]


@pytest.mark.parametrize(
    "changed",
    [
        f"<p style='color: {FAINT}'>読む</p>",
        "<div style='background: #333'><p>読む</p></div>",
        "<div style='opacity: 0.3'><p>読む</p></div>",
        "<input value='読む' style='color: #aaa; background: white'>",
        "<div style='background: #333; height: 90px'></div>"
        "<div style='margin-top: -60px'><p>読む</p></div>",
        "<div style='background: #333; height: 90px'></div>"
        "<div style='position: absolute; top: 90px'><p>読む</p></div>",
    ],
)
def test_a_text_that_has_passed_is_read_where_it_looks_otherwise(page: Page, changed: str) -> None:
    axe = Axe(page)
    style = "html { background: white } p { color: black }"
    assert unread(axe, page, "<p>読む</p>", style) == []
    assert len(axe._passed) == 1
    assert len(unread(axe, page, f"<p>読む</p>{changed}", style)) == 1


def test_what_fails_or_cannot_be_told_is_read_again(page: Page) -> None:
    axe = Axe(page)
    faint = f"<p style='color: {FAINT}'>読む</p>"
    style = "html { background: white }"
    assert [len(unread(axe, page, faint, style)) for _ in range(2)] == [1, 1]
    assert unread(axe, page, f"<div style='{NOT_TO_BE_TOLD}'><p>読む</p></div>", style) == []
    assert axe._passed == set()


def test_each_kind_of_fault_is_found(page: Page) -> None:
    night = "@media (prefers-color-scheme: dark) { html { background: #222 } }"
    looker = Looker(page, "about:", [{"width": 820, "height": 740}, PHONE])
    for name, body, style in (
        ("none", "", ""),
        ("night", "", night),
        ("phone", "<div style='width: 400px'>広い</div>", ""),
        ("large type", "<div style='width: 45rem; margin-right: -20rem'>広い</div>", ""),
        ("picture", "<img src='data:,' height='9'>", ""),
        ("letters", "<p style='font-size: 12px'>小さい</p>", ""),
        ("button", "<button style='font-size: 16px'>押す</button>", ""),
    ):
        show(page, f"<p>読む</p>{body}", style)
        looker.look(name)
    assert [f"{name}: {fault[0]}" for name, fault in looker.faults] == [  # type: ignore[index]
        "night: color-contrast",
        "phone: 360 wide",
        "large type: text twice its size",
        "large type: 360 wide",
        "picture: image-alt",
        "letters: 820 wide",
        "letters: 360 wide",
        "button: 820 wide",
        "button: 360 wide",
    ]
