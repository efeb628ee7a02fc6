"""Axe in a page: what it finds that is grave, and the contrast of each look of a text once.

Contrast is what axe reads longest, and most texts of a walk look alike: menus, headings, rows of
tables. So a text is not read again when one that looks the same has passed: of the same colour,
size and weight, on the same grounds one above the other (ADR 0239). What axe could not tell has
not passed, and is always read.
"""

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

GRAVE = ["serious", "critical"]

type Fault = tuple[str, list[str]]
"""The rule that is broken, and the beginnings of the elements that break it."""

RULES = """
async (grave) => {
    if (!("axe" in window)) return null;
    const rules = { "color-contrast": { enabled: false } };
    const found = await axe.run({ rules, resultTypes: ["violations"], selectors: false });
    return found.violations
        .filter((rule) => grave.includes(rule.impact))
        .map((rule) => [rule.id, rule.nodes.map((node) => node.html.slice(0, 120))]);
}
"""
CONTRAST = """
async (passed) => {
    const known = new Set(passed);
    const grounds = new Map();
    const own = (e) => {
        const style = getComputedStyle(e);
        const said = [style.backgroundColor, style.backgroundImage, style.opacity, style.filter,
            style.mixBlendMode].join();
        return said === "rgba(0, 0, 0, 0),none,1,none,normal" ? "" : `/${said}`;
    };
    // what stands elsewhere than its parents, on a ground that need not be theirs
    const is_moved = (e) => {
        const { position, transform, translate, margin, backgroundColor } = getComputedStyle(e);
        const moved = position === "absolute" || position === "fixed" || transform !== "none"
            || translate !== "none" || margin.includes("-");
        return moved && !backgroundColor.startsWith("rgb(");
    };
    const ground = (e) => {
        if (e === null) return "";
        if (!grounds.has(e)) {
            const below = ground(e.parentElement);
            grounds.set(e, below === null || is_moved(e) ? null : below + own(e));
        }
        return grounds.get(e);
    };
    // the grounds of such a one: what lies under its middle
    const stack = (e) => {
        e.scrollIntoView({ block: "nearest", behavior: "instant" });
        const { x, y, width, height } = e.getBoundingClientRect();
        const below = document.elementsFromPoint(x + width / 2, y + height / 2);
        return below.includes(e) ? below.map(own).join("") : null;
    };
    const looks = new Map();
    const look = (e) => {
        const { color, fontSize, fontWeight, textShadow, webkitTextStrokeWidth: stroke }
            = getComputedStyle(e);
        const below = ground(e) ?? stack(e);
        return below && [color, fontSize, fontWeight, textShadow, stroke, below].join();
    };
    // axe reads neither punctuation nor the boxes to tick
    const unread = /^[\\s\\u2000-\\u206f!-\\/:-@[-`{-~]*$/;
    const has_text = (e) => e.shadowRoot || e.matches("select, textarea")
        || e.matches("input:not([type=hidden], [type=checkbox], [type=radio], [type=range])")
        || [...e.childNodes].some((node) => node.nodeType === 3 && !unread.test(node.data))
        && !getComputedStyle(e).fontFamily.includes("Material Symbols");
    // texts for screen readers are a dot, or beside the page
    const in_sight = (e) => {
        const { width, height, right, bottom } = e.getBoundingClientRect();
        return width > 1 && height > 1 && right + scrollX > 0 && bottom + scrollY > 0;
    };
    for (const e of document.body.querySelectorAll("*")) {
        if (e.checkVisibility() && has_text(e) && in_sight(e)) looks.set(e, look(e));
    }
    const include = [...looks.keys()].filter((e) => !known.has(looks.get(e)));
    if (include.length === 0) return { faults: [], passed: [] };
    const runOnly = ["color-contrast"];
    const found = await axe.run({ include }, { runOnly, elementRef: true, selectors: false });
    const nodes = (rules) => rules.flatMap((rule) => rule.nodes);
    return {
        faults: nodes(found.violations).map((node) => node.html.slice(0, 120)),
        passed: [...new Set(nodes(found.passes).map((node) => looks.get(node.element)))]
            .filter((text) => text),
    };
}
"""


class Axe:
    """Axe for the pages that one browser tab opens.

    ``contrast`` comes after ``rules``, which brings axe into a page that was open before us too.
    """

    def __init__(self, page: Page) -> None:
        self._page = page
        self._passed: set[str] = set()
        page.add_init_script(AXE_SCRIPT)

    def rules(self) -> list[Fault]:
        """What breaks a rule, contrast aside."""
        found = self._page.evaluate(RULES, GRAVE)
        if found is None:
            self._page.evaluate(AXE_SCRIPT)
            found = self._page.evaluate(RULES, GRAVE)
        return [(rule, nodes) for rule, nodes in found]

    def contrast(self) -> list[Fault]:
        """What cannot be read in the colours that the page has now."""
        found = self._page.evaluate(CONTRAST, list(self._passed))
        self._passed.update(found["passed"])
        return [("color-contrast", found["faults"])] if found["faults"] else []
