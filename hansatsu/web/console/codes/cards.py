"""Cards: printed codes that are wallets of their own."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hansatsu.database.connections import ledger_connection
from hansatsu.flows.printouts.models import Making, PrintKind
from hansatsu.formats.japan import in_japan
from hansatsu.ledger import api as ledger
from hansatsu.parties.cards.models import Card, CardState
from hansatsu.parties.issuers.models import Issuer
from hansatsu.web.console.codes.batches import batch_filter
from hansatsu.web.console.frame.access import Clerk, console_url
from hansatsu.web.console.frame.cells import badge, link_to
from hansatsu.web.console.frame.columns import column
from hansatsu.web.console.frame.filters import choice_filter, known
from hansatsu.web.console.frame.lists import IssuerAdmin, Link
from hansatsu.web.console.support.links import story_links
from hansatsu.web.console.support.words import card_state_words, wallet_state_words

TONES = {"open": "success", "frozen": "danger"}


@dataclass(frozen=True, slots=True)
class Facts:
    """What stands elsewhere of a card: in the ledger, and with the order that it came from."""

    wallet_state: str | None
    making: Making | None


class CardAdmin(IssuerAdmin):
    """Of a card's code only the end is known. What is done with one is support's."""

    recorded_as = "card"

    list_display = ("code_", "batch_", "state_", "wallet", "made")
    list_filter = (
        batch_filter(PrintKind.CARDS),
        choice_filter("state", gettext_lazy("状態"), known(CardState.values, card_state_words)),
    )
    ordering = ("-id",)
    search_fields = ("last_four__iexact",)
    search_help_text = gettext_lazy("コードの下4桁で探せます。")
    fields = ("code_", "batch_", "state_", "wallet", "made")
    readonly_fields = fields

    def prepare(self, rows: Iterable[Any], clerk: Clerk) -> None:
        """What the ledger and their orders say of them."""
        _add_facts(rows, clerk.issuer)

    def list_links(self, clerk: Clerk) -> list[Link]:
        """To make more."""
        new = Link(_("カードを作る"), console_url("card_make"), "add")
        return clerk.only_open(("card_make", new))

    def links(self, clerk: Clerk, thing: Card) -> list[Link]:
        """To its story, from where it is stopped or made anew."""
        return story_links(clerk, "support_card", thing.pk)

    def name_of(self, thing: Card) -> str:
        """Its last characters: the whole is known to its holder alone."""
        return self.code_(thing)

    @column(gettext_lazy("コード(下4桁)"))
    def code_(self, card: Card) -> str:
        """Its end."""
        return f"…{card.last_four}"

    @column(gettext_lazy("まとめて作成した分"), ordering="batch")
    def batch_(self, card: Card) -> SafeString | str:
        """The order that it was made with."""
        making = _facts(card).making
        if making is None:
            return "—"
        return link_to(console_url("printouts_making_change", making.pk), making.name)

    @column(gettext_lazy("状態"), ordering="state")
    def state_(self, card: Card) -> str:
        """What became of it."""
        return card_state_words(card.state)

    @column(gettext_lazy("ウォレット"))
    def wallet(self, card: Card) -> SafeString:
        """Whether it pays."""
        state = _facts(card).wallet_state
        return badge(wallet_state_words(state), TONES.get(state or "", ""))

    @column(gettext_lazy("作成日時"), ordering="made_at")
    def made(self, card: Card) -> str:
        """When."""
        return f"{in_japan(card.made_at):%Y/%m/%d %H:%M}"


def _facts(card: Card) -> Facts:
    if not hasattr(card, "facts"):
        _add_facts([card], card.issuer)
    facts: Facts = card.facts  # type: ignore[attr-defined] # see _add_facts
    return facts


def _add_facts(cards: Iterable[Card], issuer: Issuer) -> None:
    """Write its facts into each of them, asked for once for all."""
    states = ledger.wallet_states(
        ledger_connection(), issuer.pk, [card.wallet_id for card in cards]
    )
    makings = Making.objects.of(issuer).in_bulk({card.batch for card in cards if card.batch})
    for card in cards:
        facts = Facts(states.get(card.wallet_id), makings.get(card.batch))
        card.facts = facts  # type: ignore[attr-defined]
