"""What is a fault of any page: for axe, for fingers, for old eyes, on a narrow screen."""

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
