"""What was made together: narrowing a list to it, and the way from an order to such a list."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hansatsu.flows.printouts.models import Making, PrintKind
from hansatsu.web.console.frame.access import Clerk, console_url
from hansatsu.web.console.frame.filters import choice_filter
from hansatsu.web.console.frame.lists import Link

LISTS = {
    PrintKind.WINNERS: "programs_purchasecode_changelist",
    PrintKind.GIFTS: "gifts_giftcode_changelist",
    PrintKind.CARDS: "cards_card_changelist",
}


def batch_filter(kind: PrintKind) -> type[Any]:
    """A filter of a list of ``kind`` by the order that each was made with."""

    def offered(clerk: Clerk) -> list[tuple[str, str]]:
        makings = Making.objects.of(clerk.issuer).filter(kind=kind)
        return [(str(number_of(making)), making.name) for making in makings]

    return choice_filter("batch", gettext_lazy("まとめて作成した分"), offered)


def number_of(making: Making) -> int:
    """What its codes or cards bear as their batch: gift codes have batches of their own."""
    number: int = making.settings["batch"] if making.kind == PrintKind.GIFTS else making.pk
    return number


def to_list(making: Making) -> Link:
    """To all that was made with it."""
    if making.kind == PrintKind.SHOPS:
        return Link(_("加盟店の一覧"), console_url("shops_shop_changelist"), "list")
    address = console_url(LISTS[PrintKind(making.kind)])
    return Link(_("この分の一覧"), f"{address}?batch={number_of(making)}", "list")
