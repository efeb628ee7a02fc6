"""What is a fault of any page: for axe, for fingers, for old eyes, on a narrow screen, by day and
by night; and what a page must not do: ask anyone else for anything, or break its own policy."""

from collections.abc import Sequence
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.support.browsers import PHONE

GRAVE = {"serious", "critical"}
SMALL_TARGETS = """
() => [...document.querySelectorAll("a[href], button, input, select, summary")]
    .filter((e) => e.offsetParent && !e.closest(".skip"))
    .filter((e) => !e.matches(".scanner__picture, [data-enter]"))
    .map((e) => [(e.closest("label") ?? e).getBoundingClientRect(), e.outerHTML.slice(0, 90), e])
    .filter(([box, , e]) => box.height < 47.5 && getComputedStyle(e).display !== "inline")
    .map(([box, html]) => `${box.height} ${html}`)
"""
SMALL_TEXT = """
() => [...document.querySelectorAll("main *, footer *, header *")]
    .filter((e) => e.offsetParent && !e.closest(".seal"))
    .filter((e) => [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim()))
    .filter((e) => parseFloat(getComputedStyle(e).fontSize) < 16)
    .map((e) => `${getComputedStyle(e).fontSize} ${e.outerHTML.slice(0, 90)}`)
"""
SIDEWAYS = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
TWICE_THE_TEXT = "(size) => { document.documentElement.style.fontSize = size; }"


class Looker:
    """Looks at one page after the other and keeps what is wrong with them.

    A walk costs far more than a look, so everything that can be seen on a page is looked at in
    one walk: each size, by day and by night, with text of twice its size.
    """

    def __init__(self, page: Page, url: str, sizes: Sequence[dict[str, int]] = (PHONE,)) -> None:
        self.faults: list[tuple[str, object]] = []
        self._page = page
        self._sizes = sizes
        self._name = "before the first page"
        page.emulate_media(color_scheme="light", reduced_motion="reduce")
        page.on("request", lambda request: self._asked(request.url, url))
        page.on("console", lambda message: self._said(message.type, message.text))
        page.on("pageerror", lambda error: self._note(str(error)))

    def look(self, name: str, *, ours: bool = True, dense: bool = False) -> None:
        """Look at the page that is open.

        Args:
            name: what it is called among the faults.
            ours: False for one that stands for somebody else's, whose sizes are its own.
            dense: True for one of the console, whose theme is for desks: its type and buttons are
                smaller than those of a phone.
        """
        self._name = name
        self._read({})
        self._page.emulate_media(color_scheme="dark")
        self._read({"runOnly": ["color-contrast"]})
        self._page.emulate_media(color_scheme="light")
        if not ours:
            return
        for size in self._sizes:
            self._page.set_viewport_size(size)  # type: ignore[arg-type]
            if dense:
                self._sideways(f"{size['width']} wide")
            else:
                self._measure(f"{size['width']} wide")
        self._page.set_viewport_size(self._sizes[0])  # type: ignore[arg-type]
        self._page.evaluate(TWICE_THE_TEXT, "200%")
        self._sideways("text twice its size")
        self._page.evaluate(TWICE_THE_TEXT, "")

    def _read(self, options: dict[str, Any]) -> None:
        for fault in Axe().run(self._page, options=options).response["violations"]:
            if fault["impact"] in GRAVE:
                self._note((fault["id"], [node["html"][:120] for node in fault["nodes"]]))

    def _measure(self, where: str) -> None:
        for fault in self._page.evaluate(SMALL_TARGETS) + self._page.evaluate(SMALL_TEXT):
            self._note((where, fault))
        self._sideways(where)

    def _sideways(self, where: str) -> None:
        if self._page.evaluate(SIDEWAYS) > 0:
            self._note((where, "runs off the side"))

    def _asked(self, address: str, url: str) -> None:
        if not address.startswith((url, "blob:")):
            self._note(("asks elsewhere", address))

    def _said(self, kind: str, text: str) -> None:
        if kind == "error" and "status of 4" not in text:
            self._note(("says", text))

    def _note(self, fault: object) -> None:
        self.faults.append((self._name, fault))
