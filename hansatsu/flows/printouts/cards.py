"""Sheets of cards: ten on an A4 page, their backs on the next, to be cut apart."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from hansatsu.flows.printouts.letterhead import day_in_words, letterhead, value_lines
from hansatsu.flows.printouts.models import PrintFile, PrintKind
from hansatsu.flows.printouts.records import value_facts
from hansatsu.flows.printouts.store import keep
from hansatsu.formats.japan import expires_at_after
from hansatsu.formats.printing.typesetting import typeset
from hansatsu.formats.qr.bearer_code import grouped
from hansatsu.formats.qr.drawing import qr_picture
from hansatsu.ledger import api as ledger
from hansatsu.parties.cards.models import Card
from hansatsu.parties.cards.services import make_cards
from hansatsu.parties.issuers.audit import Actor, audit
from hansatsu.parties.issuers.models import Issuer
from hansatsu.parties.programs.models import Emoney


@dataclass(frozen=True, slots=True)
class NewCards:
    """What cards hold: yen of each emoney, and the last day in Japan on which they can be spent
    (None: なし)."""

    values: Sequence[tuple[Emoney, int]]
    expires_on: date | None = None


def print_new_cards(by: Actor, new: NewCards, count: int, *, reason: str) -> PrintFile:
    """Make ``count`` cards with their value, and the file to print them from; on record.

    Raises:
        ValueError: as ``cards.services.make_cards``.
    """
    issuer = by.issuer
    with transaction.atomic():
        made = make_cards(issuer, count, lots_of(new))
        pdf = card_sheets(issuer, new, [code for code, _ in made])
        file = keep(issuer, PrintKind.CARDS, pdf, count=count, actor=by.actor)
        facts = value_facts("", new.values, count)
        audit(by, "cards_printed", f"print_file:{file.pk}", reason=reason, after=facts)
    return file


def lots_of(new: NewCards) -> list[ledger.NewLot]:
    """What each of them is filled with."""
    expires_at = expires_at_after(new.expires_on)
    return [ledger.NewLot(emoney.pk, amount, expires_at) for emoney, amount in new.values]


def print_card(issuer: Issuer, code: str, *, actor: str, card: Card | None = None) -> PrintFile:
    """The file to print one card from that was made for a lost one. It says no amount: the card
    holds what was left."""
    pdf = card_sheets(issuer, NewCards(()), [code])
    return keep(issuer, PrintKind.CARDS, pdf, count=1, actor=actor, card=card)


def card_sheets(issuer: Issuer, new: NewCards, codes: Sequence[str]) -> bytes:
    """The sheets of cards under ``codes``. Their QR codes say the bare code: tills read it."""
    return typeset(
        "cards",
        {
            "issuer": letterhead(issuer),
            "values": value_lines(list(new.values)),
            "expires": f"{day_in_words(new.expires_on)}まで" if new.expires_on else "なし",
            "cards": [{"code": grouped(code), "qr": qr_picture(code)} for code in codes],
        },
    )
