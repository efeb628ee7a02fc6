"""Several names in one sentence or cell."""

from collections.abc import Iterable

from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext


def listed(names: Iterable[str]) -> str:
    """With the comma of the reader's language between them."""
    return _("、").join(names)


def listed_links(names: Iterable[str]) -> SafeString:
    """The same of names that may be links."""
    return format_html_join(_("、"), "{}", ((name,) for name in names))


def how_many_shops(count: int) -> str:
    """So many shops."""
    return ngettext("%(count)s店", "%(count)s店", count) % {"count": f"{count:,}"}
