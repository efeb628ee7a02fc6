"""How what is paid came about, as a column of figures that adds up in sight."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from hansatsu.flows.settlement.amounts import Settled
from hansatsu.web.console.frame.amount_words import yen_words
from hansatsu.web.console.settlement.words import signed_yen


@dataclass(frozen=True, slots=True)
class Shown:
    """``terms`` are names and signed amounts, whose sum is ``payout`` and ``carry`` together."""

    terms: list[tuple[str, str]]
    payout: str
    carry: str


def shown(settled: Settled) -> Shown:
    """前回繰越 + 決済 − 返金 ± 調整 − 手数料 − 消費税 = 支払 + 次回繰越, in words."""
    return Shown(
        [
            (_("前回繰越"), signed_yen(settled.opening)),
            (_("決済"), signed_yen(settled.payments)),
            (_("返金"), signed_yen(-settled.refunds)),
            (_("調整"), signed_yen(settled.adjustments)),
            (_("手数料"), signed_yen(-settled.fee)),
            (_("消費税"), signed_yen(-settled.tax)),
        ],
        yen_words(settled.payout),
        yen_words(settled.carry),
    )
