"""Several names in one sentence or cell."""

from collections.abc import Iterable

from django.utils.translation import gettext as _


def listed(names: Iterable[str]) -> str:
    """With the comma of the reader's language between them."""
    return _("、").join(names)
