"""What must be there before something else can be made, with the way to make it.

A new issuer has nothing: no emoney, no area, no sale. A form whose choices would be empty says what
comes first instead, and an empty list leads there, too.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy

from hansatsu.parties import clock
from hansatsu.parties.issuers.models import Issuer
from hansatsu.parties.programs.models import Emoney, Product
from hansatsu.parties.programs.selectors import going_sales
from hansatsu.parties.shops.models import Area, Category, Shop
from hansatsu.parties.tenancy.scope import OfIssuer
from hansatsu.web.console.frame.access import Clerk, console_url
from hansatsu.web.console.frame.asking import show


@dataclass(frozen=True, slots=True)
class Need:
    """Something that comes first: in words, and the page where it is made.

    Attributes:
        page: the name of that page.
        text: what is missing.
        label: the words of the way there.
        is_there: True when the issuer has it.
    """

    page: str
    text: Any
    label: Any
    is_there: Callable[[Issuer], bool]


def _has(things: OfIssuer[Any]) -> Callable[[Issuer], bool]:
    return lambda issuer: things.of(issuer).exists()


EMONEY = Need(
    "emoney_new",
    gettext_lazy("電子マネーがまだありません。"),
    gettext_lazy("電子マネーを追加"),
    _has(Emoney.objects),
)
SALE = Need(
    "sale_new",
    gettext_lazy("これからの販売も、いまの販売もありません。"),
    gettext_lazy("販売を追加"),
    lambda issuer: bool(going_sales(issuer, clock.now())),
)
PRODUCT = Need(
    "product_new",
    gettext_lazy("販売に商品がまだありません。"),
    gettext_lazy("商品を追加"),
    lambda issuer: (
        Product.objects.of(issuer)
        .filter(sale__in=going_sales(issuer, clock.now()), withdrawn_at=None)
        .exists()
    ),
)
AREA = Need(
    "area_new",
    gettext_lazy("地区がまだありません。"),
    gettext_lazy("地区を追加"),
    _has(Area.objects),
)
CATEGORY = Need(
    "category_new",
    gettext_lazy("業種がまだありません。"),
    gettext_lazy("業種を追加"),
    _has(Category.objects),
)
SHOP = Need(
    "shop_new",
    gettext_lazy("利用中の加盟店がまだありません。"),
    gettext_lazy("加盟店を登録"),
    lambda issuer: Shop.objects.of(issuer).filter(open=True).exists(),
)

NEEDS: dict[str, tuple[Need, ...]] = {
    "product_new": (EMONEY, SALE),
    "code_make": (SALE, PRODUCT),
    "code_import": (SALE, PRODUCT),
    "gift_make": (EMONEY,),
    "card_make": (EMONEY,),
    "shop_new": (AREA, CATEGORY, EMONEY),
    "shop_import": (AREA, CATEGORY, EMONEY),
    "shop_posters": (SHOP,),
    "shop_letters": (SHOP,),
    "correction_up": (EMONEY,),
    "shop_takes": (EMONEY,),
    "shop_start": (EMONEY,),
    "emoney_accept": (SHOP,),
}
"""Of pages, by their names. A test opens every form for an issuer without anything."""

MAKES = {
    "programs_emoney_changelist": "emoney_new",
    "programs_sale_changelist": "sale_new",
    "programs_product_changelist": "product_new",
    "printouts_making_changelist": "code_make",
    "programs_purchasecode_changelist": "code_make",
    "gifts_giftcode_changelist": "gift_make",
    "cards_card_changelist": "card_make",
    "shops_shop_changelist": "shop_new",
    "shops_area_changelist": "area_new",
    "shops_category_changelist": "category_new",
    "support_correction_changelist": "correction_up",
}
"""Lists, and the page that makes what is in them."""


@dataclass(frozen=True, slots=True)
class Way:
    """What is missing, and where it is made: without ``href`` for clerks who may not open that."""

    text: str
    label: str
    href: str


def lacking(clerk: Clerk, page: str) -> list[Way]:
    """What a page needs and the issuer lacks, in the order in which it is made."""
    needs = [need for need in NEEDS.get(page, ()) if not need.is_there(clerk.issuer)]
    return [Way(str(need.text), str(need.label), _way(clerk, need.page)) for need in needs]


def comes_first(clerk: Clerk, changelist: str) -> list[Way]:
    """Of an empty list: what its things need and the issuer lacks."""
    return lacking(clerk, MAKES.get(changelist, ""))


def needed(
    request: HttpRequest, clerk: Clerk, page: str, title: str, back: str
) -> HttpResponse | None:
    """A page that says what comes first, in the place of a form that could not be filled in; None
    when nothing is missing."""
    ways = lacking(clerk, page)
    return show(request, "needed", title=title, ways=ways, way_back=back) if ways else None


def _way(clerk: Clerk, page: str) -> str:
    return console_url(page) if clerk.may_open(page) else ""
