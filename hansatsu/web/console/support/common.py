"""What the pages of support have in common: finding the issuer's own, and how it is named."""

from typing import Any

from django.http import Http404
from django.utils.translation import gettext as _

from hansatsu.database.connections import ledger_connection
from hansatsu.flows.support.finding import find_card
from hansatsu.flows.support.residents import (
    MaskedResident,
    find_resident,
    mask_resident,
    resident_of_wallet,
)
from hansatsu.formats.japan import last_day
from hansatsu.ledger import api as ledger
from hansatsu.parties.cards.models import Card
from hansatsu.parties.identity.models import Resident
from hansatsu.parties.identity.resident_fields import FIELD
from hansatsu.parties.issuers.models import Issuer
from hansatsu.parties.programs.models import Emoney
from hansatsu.parties.wallets.selectors import balance_page
from hansatsu.web.console.frame.access import Clerk, console_url
from hansatsu.web.console.frame.amount_words import value_words
from hansatsu.web.console.frame.lists import Link
from hansatsu.web.console.frame.tables import linked, table
from hansatsu.web.console.support.words import wallet_state_words
from hansatsu.web.shared.resident_lines import LINES
from hansatsu.web.shared.words import until_short


def found_resident(clerk: Clerk, resident_id: int) -> Resident:
    """The issuer's own, or 404."""
    resident = find_resident(clerk.issuer, resident_id)
    if resident is None:
        raise Http404("not this issuer's")
    return resident


def found_card(clerk: Clerk, card_id: int) -> Card:
    """The issuer's own, or 404."""
    card = find_card(clerk.issuer, card_id)
    if card is None:
        raise Http404("not this issuer's")
    return card


def found_payment(clerk: Clerk, number: str) -> ledger.PaymentStanding:
    """The issuer's own payment, no refund; or 404."""
    standing = ledger.payment_standing(ledger_connection(), clerk.issuer.pk, number)
    if standing is None or standing.number != number:
        raise Http404("not this issuer's payment")
    return standing


def to_find() -> Link:
    """The way back to the search."""
    return Link(_("お問い合わせ"), console_url("support_find"))


def resident_facts(resident: Resident) -> list[tuple[str, str]]:
    """Who it is, masked, and whether the wallet pays."""
    masked = mask_resident(resident)
    state = ledger.wallet_state(ledger_connection(), resident.issuer_id, resident.wallet_id)
    facts = [
        *_masked_lines(masked),
        (_("ウォレット"), wallet_state_words(state)),
    ]
    if masked.closed_at:
        facts.append((_("退会日"), f"{masked.closed_at:%Y/%m/%d %H:%M}"))
    return facts


def _masked_lines(masked: MaskedResident) -> list[tuple[str, str]]:
    """A line for each that is not wholly hidden."""
    return [
        (str(line.label), line.masked(masked.texts) or "—")
        for line in LINES
        if not all(FIELD[name].is_hidden for name in line.names)
    ]


def resident_link(resident: Resident) -> Any:
    """To the resident's page, by the masked name."""
    return linked(mask_resident(resident).name, console_url("support_resident", resident.pk))


def card_link(card: Card) -> Any:
    """To the card's page, by its last characters."""
    return linked(card_tail(card), console_url("support_card", card.pk))


def holder_of(clerk: Clerk, wallet_id: int) -> Any:
    """To whose wallet it is: a resident's, or a card's own."""
    resident = resident_of_wallet(clerk.issuer, wallet_id)
    if resident is not None:
        return resident_link(resident)
    card = Card.objects.of(clerk.issuer).filter(wallet_id=wallet_id).first()
    return card_link(card) if card else "—"


def card_tail(card: Card) -> str:
    """What is known of a card's code."""
    return f"…{card.last_four}"


def what_is_held(issuer: Issuer, wallet_id: int) -> dict[str, Any]:
    """残高詳細 of a wallet: the total and its lots."""
    held = balance_page(issuer, wallet_id)
    headers = [_("電子マネー"), _("管理番号"), _("有効期限"), _("残高")]
    rows = [
        (
            each.emoney,
            each.management_number,
            until_short(each.expires_on),
            value_words(each.balance),
        )
        for each in held.lots
    ]
    return {
        "title": _("残高詳細"),
        "total": value_words(held.total),
        "table": table(headers, rows) if rows else None,
    }


def way_back(owner: Resident | Card) -> str:
    """The page of whose wallet it is."""
    is_resident = isinstance(owner, Resident)
    return console_url("support_resident" if is_resident else "support_card", owner.pk)


def wallet_owner(clerk: Clerk, wallet_id: int) -> Resident | Card:
    """Whose wallet it is, of this clerk's issuer.

    Raises:
        Http404: when the issuer has no such wallet.
    """
    cards = Card.objects.of(clerk.issuer).select_related("issuer")
    owner = resident_of_wallet(clerk.issuer, wallet_id) or cards.filter(wallet_id=wallet_id).first()
    if owner is None:
        raise Http404("not this issuer's")
    return owner


def owner_link(resident: Resident | None, card: Card | None) -> Any:
    """A link to whose wallet it is, masked."""
    if resident:
        return resident_link(resident)
    return card_link(card) if card else "—"


def lot_words(lot: ledger.Lot, emoney: Emoney) -> str:
    """A lot as one is chosen."""
    until = until_short(last_day(lot.expires_at))
    return f"{emoney.local_name} · {lot.management_number} · {until} · {value_words(lot.balance)}"
