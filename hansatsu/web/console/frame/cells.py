"""Columns that lists of orders and of money share; each thing has or is an order."""

from typing import Any

from django.template.loader import render_to_string
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from hansatsu.flows.charging.models import Order
from hansatsu.formats.japan import in_japan
from hansatsu.web.console.frame.access import console_url


def moment(at: Any) -> str:
    """To the second, in Japan; a dash for what has not been."""
    return f"{in_japan(at):%Y/%m/%d %H:%M:%S}" if at else "—"


def order_link(order: Order) -> SafeString:
    """To an order's page, by its number."""
    return link_to(console_url("charging_order_change", order.pk), order.number)


def link_to(address: str, label: str) -> SafeString:
    """A link in a list or a page."""
    return format_html(
        '<a class="font-medium text-primary-600 dark:text-primary-500" href="{}">{}</a>',
        address,
        label,
    )


def badge(words: str, tone: str) -> SafeString:
    """A word on the theme's colour for ``tone`` (``success``, ``danger`` …)."""
    return render_to_string("unfold/helpers/label.html", {"text": words, "type": tone})


def facts(rows: list[tuple[str, str]]) -> SafeString:
    """Names and what they are, a line each; a dash when there is nothing to say."""
    said = format_html_join(
        "",
        '<div class="flex flex-row gap-3 py-1"><dt class="text-subtle">{}</dt><dd>{}</dd></div>',
        rows,
    )
    return format_html("<dl>{}</dl>", said) if said else SafeString("—")


def lines(rows: Any) -> SafeString:
    """Rows of a page: a moment and what was then, in HTML or text."""
    said = format_html_join(
        "",
        '<li class="flex flex-row flex-wrap gap-3 py-1"><time class="text-subtle">{}</time>'
        "<span>{}</span></li>",
        rows,
    )
    return format_html("<ul>{}</ul>", said) if said else SafeString("—")
