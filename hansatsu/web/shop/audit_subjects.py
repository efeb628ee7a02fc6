"""What the acts of the audit log were done to, by the names that people know."""

from collections import defaultdict
from collections.abc import Iterable

from django.db.models import Model
from django.utils.translation import gettext as _

from hansatsu.messages.webhooks.models import Endpoint
from hansatsu.parties.identity.models import Staff
from hansatsu.parties.shops.models import Shop, Terminal

NAMED: dict[str, tuple[type[Model], str]] = {
    "terminal": (Terminal, "name"),
    "staff": (Staff, "display_name"),
    "webhook_endpoint": (Endpoint, "url"),
}
"""Where the name of ``KIND:ID`` stands."""


def subject_names(shop: Shop, subjects: Iterable[str]) -> dict[str, str]:
    """Each subject of the shop's acts in words: the name that it has now, 決済ID of a payment.
    One that is not the shop's is missing."""
    names: dict[str, str] = {}
    wanted: dict[str, list[int]] = defaultdict(list)
    for subject in set(subjects):
        kind, _colon, rest = subject.partition(":")
        if kind == "payment":
            names[subject] = rest
        elif kind in NAMED and rest.isdecimal():
            wanted[kind].append(int(rest))
    for kind, ids in wanted.items():
        model, field = NAMED[kind]
        found = model._default_manager.filter(shop=shop, pk__in=ids).values_list("pk", field)
        names |= {f"{kind}:{pk}": name or _("(名前なし)") for pk, name in found}
    return names
