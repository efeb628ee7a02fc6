"""資金照合 in words: two columns that should meet, and what is said of a month."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from hansatsu.flows.settlement.models import Reconciliation, ReconciliationState
from hansatsu.flows.settlement.reconciliation.figures import Found
from hansatsu.flows.settlement.reconciliation.months import Month
from hansatsu.flows.settlement.reconciliation.paper import PARTS
from hansatsu.flows.settlement.reconciliation.words import (
    figure_words,
    pair_hint,
    pair_words,
    part_words,
)
from hansatsu.web.console.frame.access import Clerk, console_url
from hansatsu.web.console.frame.amount_words import yen_words
from hansatsu.web.console.frame.cells import badge
from hansatsu.web.console.settlement.words import signed_yen

MADE_OF = {
    "payables": "settlement_statement_changelist",
    "since": "dry_run",
    "debts": "debts",
    "uncharged": "charging_order_changelist",
    "to_give_back": "charging_task_changelist",
    "provider": "charging_order_changelist",
    "premium": "settlement_bankline_changelist",
    "coming_back": "settlement_statement_changelist",
    "ahead": "settlement_adjustment_changelist",
    "corrected": "support_correction_changelist",
    "fees": "settlement_statement_changelist",
    "goodwill": "settlement_adjustment_changelist",
    "written_off": "settlement_adjustment_changelist",
    "lost": "charging_task_changelist",
    "transfer_fees": "settlement_bankline_changelist",
    "provider_fees": "settlement_bankline_changelist",
    "opening": "settlement_bankline_changelist",
    "interest": "settlement_bankline_changelist",
    "other": "settlement_bankline_changelist",
}
"""The page of what a figure is made of."""


@dataclass(frozen=True, slots=True)
class ShownFigure:
    """A name, an amount, and the address of what it is made of; empty for who may not open it."""

    name: str
    amount: str
    href: str


@dataclass(frozen=True, slots=True)
class ShownPart:
    """Figures that belong together, and what they come to."""

    name: str
    amount: str
    figures: Sequence[ShownFigure]


@dataclass(frozen=True, slots=True)
class ShownPair:
    """Two sources of the same yen. ``gap`` and ``hint`` are empty when they meet."""

    name: str
    gap: str
    hint: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A month, ready for its page."""

    difference: str
    meets: bool
    expected: str
    bank: str
    parts: Sequence[ShownPart]
    pairs: Sequence[ShownPair]


def shown(clerk: Clerk, found: Found) -> Shown:
    """What a month came to, as this clerk may see it. Figures of nothing are left out."""
    parts = [
        ShownPart(
            part_words(part),
            signed_yen(sum(each.yen for each in found.figures if each.part == part)),
            [
                ShownFigure(
                    figure_words(each.code), signed_yen(each.yen), _made_of(clerk, each.code)
                )
                for each in found.figures
                if each.part == part and each.yen
            ],
        )
        for part in PARTS
    ]
    if found.explained:
        parts.append(ShownPart(_("前月までに説明した差額"), signed_yen(found.explained), ()))
    return Shown(
        difference=signed_yen(found.difference),
        meets=found.difference == 0,
        expected=yen_words(found.expected),
        bank=yen_words(found.bank),
        parts=parts,
        pairs=[
            ShownPair(
                pair_words(each.code),
                signed_yen(each.gap) if each.gap else "",
                pair_hint(each.code, each.gap) if each.gap else "",
            )
            for each in found.pairs
        ],
    )


def month_words(month: Month) -> str:
    """2026年10月."""
    return _("%(year)s年%(month)s月") % {
        "year": month.last_day.year,
        "month": month.last_day.month,
    }


def month_url(name: str, month: Month) -> str:
    """The address of a page of a month."""
    return console_url(name, month.last_day.year, month.last_day.month)


def state_badge(month: Month, row: Reconciliation | None) -> SafeString:
    """How far a month is."""
    if row is None:
        return badge(_("未照合"), "warning") if month.is_over else badge(_("月の途中"), "")
    words: dict[str, tuple[str, str]] = {
        ReconciliationState.PREPARED: (_("署名待ち"), "info"),
        ReconciliationState.SIGNED: (_("署名済み"), "success"),
    }
    return badge(*words[row.state])


def facts_of(row: Reconciliation) -> list[tuple[str, Any]]:
    """What a page about a reconciliation says of it."""
    return [
        (_("月"), month_words(Month(row.last_day))),
        (_("口座にあるはずの金額"), yen_words(row.expected)),
        (_("口座の残高"), yen_words(row.bank)),
        (_("差額"), signed_yen(row.difference)),
        (_("作成した人"), row.prepared_name),
    ]


def _made_of(clerk: Clerk, code: str) -> str:
    page = MADE_OF.get(code)
    return console_url(page) if page and clerk.may_open(page) else ""
