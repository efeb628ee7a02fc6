"""Which letters of what will be printed cannot be, named before it is."""

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _

from hansatsu.formats.printing.fonts import lacking
from hansatsu.formats.printing.typesetting import GETA
from hansatsu.parties.issuers.models import Issuer
from hansatsu.parties.shops.models import Shop

SHOWN = 20
"""Names on the page; the others are counted."""


def unprintable(texts: Iterable[str]) -> list[str]:
    """A sentence for each text with letters that our fonts lack, and what stands there instead."""
    return _said(_of_nobody(texts))


def _of_nobody(texts: Iterable[str]) -> list[tuple[str, str]]:
    return [("", text) for text in texts]


def _said(texts: Iterable[tuple[str, str]]) -> list[str]:
    """Of texts with the code of the shop that they are of."""
    wrong = {(code, text): sorted(lacking(text)) for code, text in texts}
    said = [
        " ".join(filter(None, (code, _sentence(text, letters))))
        for (code, text), letters in wrong.items()
        if letters
    ]
    more = len(said) - SHOWN
    if more > 0:
        return [*said[:SHOWN], _("ほかに%(more)d件あります。") % {"more": more}]
    return said


def on_posters(issuer: Issuer, shops: Iterable[Shop]) -> list[str]:
    """Of shops' posters."""
    of_shops = [(shop.code, text) for shop in shops for text in (shop.name, shop.name_en)]
    return _said([*_of_nobody(on_every_paper(issuer)), *of_shops])


def on_shop_letters(issuer: Issuer, shops: Iterable[Shop]) -> list[str]:
    """Of the letters that bring shops their first log-in."""
    of_shops = [(shop.code, text) for shop in shops for text in (shop.name, shop.address)]
    return _said([*_of_nobody(on_every_paper(issuer)), *of_shops])


def on_every_paper(issuer: Issuer) -> list[str]:
    """What stands on each paper of an issuer (``printouts.letterhead``)."""
    return [issuer.name, issuer.name_en, issuer.seal, issuer.office_name, issuer.office_hours]


def _sentence(text: str, letters: Sequence[str]) -> str:
    said = _("「%(text)s」の「%(letters)s」は印刷できず、%(geta)sになります。")
    return said % {"text": text, "letters": "」「".join(letters), "geta": GETA}
