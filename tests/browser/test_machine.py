"""The machine under the browser tests: the site runs, and Japanese is drawn as Japanese."""

from playwright.sync_api import Page

from tests.support.sites import Site

DRAW = """
(character) => {
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = 64;
    const context = canvas.getContext("2d");
    context.font = "48px sans-serif";
    context.fillText(character, 4, 52);
    return canvas.toDataURL();
}
"""


def test_the_site_is_ready_on_a_phone(page: Page, site: Site) -> None:
    answer = page.goto("/readyz")
    assert answer is not None
    assert answer.status == 200
    assert page.url == f"{site.url}/readyz"
    assert page.viewport_size == {"width": 360, "height": 740}


def test_japanese_is_not_drawn_as_empty_boxes(page: Page) -> None:
    page.goto("/healthz")
    drawn = {page.evaluate(DRAW, character) for character in "あい券"}
    assert len(drawn) == 3
