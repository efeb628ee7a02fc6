"""Chromium for tests, driven by Playwright."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Self

import pytest
from playwright.sync_api import Browser, Page, Playwright, sync_playwright

NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
"""The first that is there. The shell is the same engine without windows: a page opens in a third of
the processor time (ADR 0195)."""
FLAGS = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
)
PHONE = {"width": 360, "height": 740}


class Browsers:
    """Starts browsers and closes them all at the end."""

    def __init__(self, playwright: Playwright, executable: str) -> None:
        self._playwright = playwright
        self._executable = executable
        self._started: list[Browser] = []

    @classmethod
    @contextmanager
    def running(cls) -> Iterator[Self]:
        """Find chromium and start its driver."""
        executable = chromium()
        with sync_playwright() as playwright:
            browsers = cls(playwright, executable)
            try:
                yield browsers
            finally:
                for browser in browsers._started:
                    browser.close()

    def start(self, *flags: str) -> Browser:
        """A browser with ``flags`` besides those every test has."""
        as_root = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = self._playwright.chromium.launch(
            executable_path=self._executable, args=[*FLAGS, *as_root, *flags]
        )
        self._started.append(browser)
        return browser


def chromium() -> str:
    """Where chromium is. Its absence fails a test, so that no browser test is skipped unseen."""
    for name in NAMES:
        if path := shutil.which(name):
            return path
    pytest.fail(
        "No chromium found: `apt-get install chromium-headless-shell fonts-morisawa-bizud-gothic` "
        "(make test does so as root), or install it as your system does."
    )


@contextmanager
def phone(
    browser: Browser, url: str, *, language: str = "ja-JP", permissions: tuple[str, ...] = ()
) -> Iterator[Page]:
    """A page on a phone of its own: no cookies, 360 × 740, touch.

    Args:
        browser: from ``Browsers.start``.
        url: what relative addresses start from.
        language: what the phone prefers.
        permissions: what its owner has allowed, such as ``camera``.
    """
    context = browser.new_context(
        base_url=url,
        viewport=PHONE,  # type: ignore[arg-type]
        device_scale_factor=2,
        has_touch=True,
        is_mobile=True,
        locale=language,
        timezone_id="Asia/Tokyo",
        permissions=list(permissions),
    )
    try:
        yield context.new_page()
    finally:
        context.close()
