"""Where value can be spent, as a reminder tells it: shops by name when they are few, otherwise by
category."""

from collections import Counter
from typing import Final

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from hansatsu.messages.mail.letters import Place
from hansatsu.parties.issuers.models import Issuer
from hansatsu.parties.issuers.site_pages import site_page
from hansatsu.parties.programs.selectors import emoney_names
from hansatsu.parties.shops.selectors import list_shops

FEW: Final = 6
"""Shops that are told by their names, at most."""


class Places:
    """Where each emoney is taken now, asked once for each and language, however many reminders
    tell it."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, int, str], Place] = {}

    def of(self, issuer: Issuer, emoney_id: int) -> Place:
        """Where one of the issuer's emoneys is taken, in the active language."""
        key = (issuer.pk, emoney_id, get_language() or "")
        if key not in self._known:
            self._known[key] = _place(issuer, emoney_id)
        return self._known[key]


def _place(issuer: Issuer, emoney_id: int) -> Place:
    shops = list_shops(issuer, emoney_id=emoney_id)
    title = ngettext(
        "%(emoney)sが使えるお店(%(count)d店)", "%(emoney)sが使えるお店(%(count)d店)", len(shops)
    ) % {"emoney": emoney_names(issuer)[emoney_id], "count": len(shops)}
    if not shops:
        text = _("使えるお店については、下記の事務局へお問い合わせください。")
        return Place(title=title, text=text)
    if len(shops) <= FEW:
        names = [shop.name for shop in shops]
    else:
        counted = Counter(shop.category for shop in shops)
        names = [
            _("%(category)s %(count)d店") % {"category": category, "count": count}
            for category, count in counted.most_common()
        ]
    return Place(
        title=title,
        text=_("、").join(names),
        link=site_page(issuer, f"shops/?emoney={emoney_id}"),
        link_label=_("使えるお店を見る"),
    )
