"""Scripts and style sheets by the names that Vite gave them."""

import json
from functools import cache
from pathlib import Path
from typing import TypedDict

from django import template
from django.core.exceptions import ImproperlyConfigured
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

MANIFEST = Path(__file__).parent.parent / "static" / "dist" / "manifest.json"
register = template.Library()


class Chunk(TypedDict, total=False):
    """What the manifest says of one entry."""

    file: str
    css: list[str]


@register.simple_tag
def styles(entry: str) -> SafeString:
    """``<link>`` elements for the style sheets of an entry such as ``main.ts``."""
    links = ((_address(sheet),) for sheet in _chunk(entry).get("css", []))
    return format_html_join("\n", '<link rel="stylesheet" href="{}">', links)


@register.simple_tag
def script(entry: str) -> SafeString:
    """The ``<script>`` element of an entry."""
    return format_html('<script type="module" src="{}"></script>', _address(_chunk(entry)["file"]))


def _address(file: str) -> str:
    return static(f"dist/{file}")


def _chunk(entry: str) -> Chunk:
    return _manifest()[entry]


@cache
def _manifest() -> dict[str, Chunk]:
    if not MANIFEST.exists():
        raise ImproperlyConfigured("The front end is not built: run `make demo` or `make build`.")
    manifest: dict[str, Chunk] = json.loads(MANIFEST.read_text())
    return manifest
