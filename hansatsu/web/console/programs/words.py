"""Products in words: what is paid, what is got for it, and whether that can be meant."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.utils.translation import gettext as _

from hansatsu.parties.programs.models import Emoney, ExpiryRule, Product, Sale
from hansatsu.parties.programs.services import Expiry
from hansatsu.web.console.frame.amount_words import value_words, yen_words
from hansatsu.web.console.frame.figures import Figure
from hansatsu.web.console.frame.listing import listed
from hansatsu.web.shared.time_words import period_words
from hansatsu.web.shared.words import grouped

TOO_MUCH = 2
"""Times the price: no premium of a town is as high. (Those of 2020 to 2026 gave up to 60 %.)"""


def values_words(values: Iterable[tuple[Emoney, int]]) -> str:
    """Yen of each emoney."""
    return listed(
        _("%(emoney)s %(amount)s円分") % {"emoney": each.local_name, "amount": grouped(amount)}
        for each, amount in values
    )


def premium_words(price: int, total: int) -> str:
    """What is got beyond the price, of the price: プレミアム30%."""
    share = f"{100 * (total - price) / price:+.1f}".removesuffix(".0").removeprefix("+")
    return _("プレミアム%(share)s%%") % {"share": share}


def figures(price: int, parts: Mapping[Emoney, int], most: int) -> list[Figure]:
    """Each product of 1 to ``most`` units; price and parts are of one unit."""
    return [
        _figure(
            _("%(units)d口") % {"units": units},
            price * units,
            {emoney: amount * units for emoney, amount in parts.items()},
        )
        for units in range(1, most + 1)
    ]


def compared(product: Product, price: int, parts: Mapping[Emoney, int]) -> list[Figure]:
    """What a product costs and holds now, and what it is to."""
    held = {each.emoney: each.amount for each in product.parts.all()}
    return [_figure(_("いま"), product.price, held), _figure(_("変更後"), price, parts)]


def _figure(name: str, price: int, parts: Mapping[Emoney, int]) -> Figure:
    total = sum(parts.values())
    lines = [(_("価格"), yen_words(price))]
    lines += [(emoney.local_name, value_words(amount)) for emoney, amount in parts.items()]
    worth = value_words(total)
    return Figure(name, lines, _("合計"), worth, note=premium_words(price, total))


def price_warnings(price: int, total: int) -> list[str]:
    """What is probably a mistake of what costs ``price`` and holds ``total`` yen."""
    said = {"price": grouped(price), "total": grouped(total), "times": f"{total / price:,.1f}"}
    if total > price * TOO_MUCH:
        warning = _("%(price)s円で %(total)s円分が買えます。価格の%(times)s倍です。")
        return [warning % said]
    if total < price:
        warning = _("%(price)s円で買えるのは %(total)s円分だけです。払った額より少なくなります。")
        return [warning % said]
    return []


def expiry_words(expiry: Expiry) -> str:
    """Until when it lives that is bought."""
    if expiry.expires_on is not None:
        return _("%(day)sまで") % {"day": f"{expiry.expires_on:%Y/%m/%d}"}
    if expiry.months is not None:
        return _("購入から%(months)dか月") % {"months": expiry.months}
    return _("なし")


def expiry_of(product: Product) -> Expiry:
    """Its rule."""
    is_fixed = product.expiry_rule == ExpiryRule.FIXED
    return Expiry(product.expires_on if is_fixed else None, product.months)


def sale_window_words(sale: Sale) -> str:
    """From when until when it is open."""
    return period_words(sale.opens_at, sale.closes_at)


def has_opened(sale: Sale, now: datetime) -> bool:
    """True when what is added to it is on sale at once."""
    return sale.opens_at <= now


def product_state_words(product: Product, now: datetime) -> str:
    """The state of a product: withdrawn, draft, on sale, or no longer."""
    if product.withdrawn_at is not None:
        return _("取り下げ")
    if not has_opened(product.sale, now):
        return _("下書き")
    closes = product.sale.closes_at
    return _("販売終了") if closes is not None and closes <= now else _("販売中")
