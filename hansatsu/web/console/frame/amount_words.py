"""Amounts as clerks read them."""

from django.utils.translation import gettext as _

from hansatsu.web.shared.words import grouped


def yen_words(amount: int) -> str:
    """An amount of money: ¥10,000."""
    return _("%(yen)s円") % {"yen": grouped(amount)}


def value_words(amount: int) -> str:
    """An amount of value that one has."""
    return _("%(yen)s円分") % {"yen": grouped(amount)}
