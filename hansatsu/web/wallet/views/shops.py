"""使えるお店: a list, and a search by name, area, category and emoney."""

from collections.abc import Sequence
from typing import Protocol

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from hansatsu.formats.typed import narrowed
from hansatsu.parties.issuers.models import Issuer
from hansatsu.parties.programs.selectors import emoneys
from hansatsu.parties.shops.models import Area, Category
from hansatsu.parties.shops.selectors import list_shops
from hansatsu.system.unseen import without_unseen_in_name
from hansatsu.web.wallet.access import for_everyone
from hansatsu.web.wallet.show import show


class Choice(Protocol):
    """Something to choose by."""

    @property
    def pk(self) -> int: ...


@require_safe
@for_everyone
def shops(request: HttpRequest, issuer: Issuer) -> HttpResponse:
    """The issuer's open shops, narrowed by the form in the address."""
    areas, categories = list(Area.objects.of(issuer)), list(Category.objects.of(issuer))
    kinds = emoneys(issuer)
    words = narrowed(without_unseen_in_name(request.GET.get("q", "")))
    area = _chosen(request, "area", areas)
    category = _chosen(request, "category", categories)
    emoney = _chosen(request, "emoney", kinds)
    found = list_shops(issuer, words=words, area_id=area, category_id=category, emoney_id=emoney)
    return show(
        request,
        issuer,
        "shops",
        shops=found,
        words=words,
        areas=areas,
        area=area,
        categories=categories,
        category=category,
        emoneys=kinds,
        emoney=emoney,
        is_narrowed=bool(words or area or category or emoney),
    )


def _chosen(request: HttpRequest, name: str, choices: Sequence[Choice]) -> int | None:
    """The id in the address if it is one of ``choices``: another issuer's is not."""
    wanted = request.GET.get(name, "")
    return next((choice.pk for choice in choices if str(choice.pk) == wanted), None)
