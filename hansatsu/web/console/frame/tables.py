"""Tables on pages of our own, as the theme draws them."""

from collections.abc import Sequence
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString


def table(headers: Sequence[str], rows: Sequence[Sequence[Any]]) -> dict[str, Any]:
    """What the theme's table is drawn from; a cell may be markup that is known to be safe."""
    return {"headers": list(headers), "rows": [list(row) for row in rows]}


def lines(texts: Sequence[str]) -> SafeString:
    """A cell of several lines."""
    line = '<div style="min-width: 12rem">{}</div>'
    return format_html_join("", line, ((text,) for text in texts))


def unbroken(text: str) -> SafeString:
    """A cell that stays on one line, as an amount does."""
    return format_html('<span class="whitespace-nowrap">{}</span>', text)


def linked(label: str, href: str) -> SafeString:
    """A cell that leads somewhere."""
    return format_html(
        '<a href="{}" class="font-medium text-primary-600 dark:text-primary-500">{}</a>',
        href,
        label,
    )
