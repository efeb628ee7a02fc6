"""What is a fault of any page: for axe, for fingers, for old eyes, on a narrow screen, by day and
by night; and what a page must not do: ask anyone else for anything, or break its own policy."""

from collections.abc import Sequence

from playwright.sync_api import Page

from tests.support.axe import Axe
from tests.support.browsers import PHONE

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
SMALL = f"() => [...({SMALL_TARGETS})(), ...({SMALL_TEXT})()]"
SIDEWAYS = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
SIDEWAYS_WITH_TWICE_THE_TEXT = f"""
() => {{
    document.documentElement.style.fontSize = "200%";
    const over = ({SIDEWAYS})();
    document.documentElement.style.fontSize = "";
    return over;
}}
"""


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
        self._axe = Axe(page)
        self._resize(self._sizes[0])
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
        faults = [*self._axe.rules(), *self._axe.contrast()]
        self._page.emulate_media(color_scheme="dark")
        faults += self._axe.contrast()
        self.faults += [(name, fault) for fault in faults]
        self._page.emulate_media(color_scheme="light")
        if not ours:
            return
        self._sideways("text twice its size", SIDEWAYS_WITH_TWICE_THE_TEXT)
        self._measure(self._sizes[0], dense=dense)
        for size in self._sizes[1:]:
            self._resize(size)
            self._measure(size, dense=dense)
        if len(self._sizes) > 1:
            self._resize(self._sizes[0])

    def _resize(self, size: dict[str, int]) -> None:
        self._page.set_viewport_size(size)  # type: ignore[arg-type]

    def _measure(self, size: dict[str, int], *, dense: bool) -> None:
        where = f"{size['width']} wide"
        if not dense:
            for fault in self._page.evaluate(SMALL):
                self._note((where, fault))
        self._sideways(where)

    def _sideways(self, where: str, measured: str = SIDEWAYS) -> None:
        if self._page.evaluate(measured) > 0:
            self._note((where, "runs off the side"))

    def _asked(self, address: str, url: str) -> None:
        if not address.startswith((url, "blob:")):
            self._note(("asks elsewhere", address))

    def _said(self, kind: str, text: str) -> None:
        if kind == "error" and "status of 4" not in text:
            self._note(("says", text))

    def _note(self, fault: object) -> None:
        self.faults.append((self._name, fault))
