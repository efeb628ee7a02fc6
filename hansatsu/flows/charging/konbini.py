"""Paying at a convenience store: which numbers, and what to do with them, store by store."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _


@dataclass(frozen=True, slots=True)
class Steps:
    """What to do in one chain's stores. ``numbers`` are labels and numbers as printed."""

    name: str
    numbers: tuple[tuple[str, str], ...]
    steps: tuple[str, ...]


def store_steps(instructions: Mapping[str, Any] | None) -> list[Steps]:
    """The stores of a checkout's instructions (``Checkout.instructions``), in words; a store
    that we have no words for is left out."""
    stores = (instructions or {}).get("stores", [])
    return [_STORES[each["store"]](each) for each in stores if each["store"] in _STORES]


def _familymart(store: Mapping[str, str]) -> Steps:
    return Steps(
        name=_("ファミリーマート"),
        numbers=_both(store, _("企業コード・注文番号"), _("確認番号")),
        steps=(
            _("マルチコピー機で「代金支払い」を選びます。"),
            _("上の2つの番号を入力します。"),
            _("出てきた用紙を、30分以内にレジへ出して支払います。"),
        ),
    )


def _lawson(store: Mapping[str, str]) -> Steps:
    return Steps(
        name=_("ローソン"),
        numbers=_both(store, _("お客様番号"), _("確認番号")),
        steps=_loppi(),
    )


def _ministop(store: Mapping[str, str]) -> Steps:
    return Steps(
        name=_("ミニストップ"),
        numbers=_both(store, _("お客様番号"), _("確認番号")),
        steps=_loppi(),
    )


def _seicomart(store: Mapping[str, str]) -> Steps:
    return Steps(
        name=_("セイコーマート"),
        numbers=_both(store, _("お支払い受付番号"), _("確認番号")),
        steps=(
            _("レジで「インターネット代金の支払い」と伝えます。"),
            _("レジの画面に、上の番号を入力します。"),
            _("その場で支払います。"),
        ),
    )


def _loppi() -> tuple[str, ...]:
    return (
        _("Loppi(ロッピー)で「各種番号をお持ちの方」を選びます。"),
        _("上の2つの番号を入力します。"),
        _("出てきた用紙を、30分以内にレジへ出して支払います。"),
    )


def _both(store: Mapping[str, str], payment: str, confirmation: str) -> tuple[tuple[str, str], ...]:
    numbers = ((payment, store["payment_code"]), (confirmation, store["confirmation_number"]))
    return tuple((label, number) for label, number in numbers if number)


_STORES: dict[str, Callable[[Mapping[str, str]], Steps]] = {
    "familymart": _familymart,
    "lawson": _lawson,
    "ministop": _ministop,
    "seicomart": _seicomart,
}
