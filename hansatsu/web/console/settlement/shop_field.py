"""A shop, typed by its number: a list to choose from would have two thousand lines."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hansatsu.formats.typed import plain
from hansatsu.parties.issuers.models import Issuer
from hansatsu.parties.shops.models import Shop
from hansatsu.web.console.frame import fields

LABEL = gettext_lazy("加盟店番号")


def shop_code(label: Any = LABEL, **more: Any) -> forms.CharField:
    """The number of a shop, as it stands on its poster."""
    more.setdefault("help_text", gettext_lazy("ポスターの番号です(例 S0001)。"))
    return fields.text(label, 16, **more)


def typed_shop(issuer: Issuer, text: str) -> Shop:
    """The issuer's shop of this number, in whatever width and case it was typed.

    Raises:
        forms.ValidationError: there is no such shop.
    """
    shop = Shop.objects.of(issuer).filter(code=plain(text).upper()).first()
    if shop is None:
        raise forms.ValidationError(_("この番号の加盟店はありません。"))
    return shop
