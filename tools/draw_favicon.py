"""Draw /favicon.ico from the project's one mark, hansatsu/web/static/icon.svg.

To be run after a change of the mark. Takes the path of chromium as its argument.
"""

import sys
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

WEB = Path(__file__).resolve().parent.parent / "hansatsu" / "web"
SIZES = (48, 32, 16)  # pixels, as browsers ask for them


def main() -> None:
    """Write the file anew."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=sys.argv[1], args=["--no-sandbox"])
        largest, *smaller = [_drawn(browser, size) for size in SIZES]
    sizes = [(size, size) for size in SIZES]
    largest.save(WEB / "root" / "favicon.ico", sizes=sizes, append_images=smaller)


def _drawn(browser: Browser, size: int) -> Image.Image:
    page = browser.new_page(viewport={"width": size, "height": size})
    mark = (WEB / "static" / "icon.svg").read_text()
    style = f"* {{margin: 0}} svg {{width: {size}px; display: block}}"
    page.set_content(f"<style>{style}</style>{mark}")
    return Image.open(BytesIO(page.screenshot(omit_background=True))).convert("RGBA")


if __name__ == "__main__":
    main()
