"""Making cards, and finding the one whose code was read."""

from collections.abc import Sequence
from typing import assert_never

from django.db import transaction

from hansatsu.database.connections import ledger_connection
from hansatsu.formats.qr import bearer_code
from hansatsu.ledger import api as ledger
from hansatsu.parties.cards.models import Card, CardState
from hansatsu.parties.issuers.models import Issuer
from hansatsu.parties.seals.code_digests import digest_of, digests_of

LAST = 4
AT_ONCE = 2_000
"""Cards made or filled in one statement."""

ISSUER_ACTOR = "system:cards"
"""In whose name new cards are filled."""


def make_cards(
    issuer: Issuer,
    count: int,
    lots: Sequence[ledger.NewLot] = (),
    *,
    batch: int | None = None,
) -> list[tuple[str, Card]]:
    """Make ``count`` cards that hold ``lots`` each, in the batch of this number if any. Each comes
    with its code, which is known here and now only: what is kept does not give it back.

    Raises:
        ValueError: as ``register_cards``.
    """
    codes = [bearer_code.new_code(bearer_code.CARD) for _ in range(count)]
    return list(zip(codes, register_cards(issuer, codes, lots, batch=batch), strict=True))


def register_cards(
    issuer: Issuer,
    codes: Sequence[str],
    lots: Sequence[ledger.NewLot] = (),
    *,
    batch: int | None = None,
) -> list[Card]:
    """Make cards that hold ``lots`` each, under codes that exist already. All or none.

    Raises:
        ValueError: when the ledger does not take the value: another issuer's emoney, a day that
            is past, more than a wallet may hold.
    """
    if not codes:
        return []
    with transaction.atomic():
        connection = ledger_connection()
        made_at = ledger.now(connection)
        wallets = ledger.open_wallets(
            connection, issuer_id=issuer.pk, kind="card", count=len(codes)
        )
        cards = Card.objects.bulk_create(
            [
                Card(
                    issuer=issuer,
                    wallet_id=wallet_id,
                    digest=digest_of(code),
                    last_four=code[-LAST:],
                    made_at=made_at,
                    batch=batch,
                )
                for code, wallet_id in zip(codes, wallets, strict=True)
            ],
            batch_size=AT_ONCE,
        )
        if lots:
            _fill(issuer, cards, tuple(lots))
    return cards


def find_card(issuer: Issuer, text: str) -> Card | None:
    """The issuer's card whose code was scanned or typed and that still pays, or None."""
    card = find_card_in_any_state(issuer, text)
    return card if card is not None and card.state == CardState.ISSUED else None


def find_card_in_any_state(issuer: Issuer, text: str) -> Card | None:
    """As ``find_card``, those whose value has been moved elsewhere too."""
    code = bearer_code.read_code(text)
    if code is None or not code.startswith(bearer_code.CARD):
        return None
    return Card.objects.of(issuer).filter(digest__in=digests_of(code)).first()


def _fill(issuer: Issuer, cards: Sequence[Card], lots: tuple[ledger.NewLot, ...]) -> None:
    for first in range(0, len(cards), AT_ONCE):
        issues = [
            ledger.Issue(
                ledger.Request.of(ISSUER_ACTOR, f"card-{card.pk}", card.wallet_id, *lots),
                issuer.pk,
                card.wallet_id,
                lots,
            )
            for card in cards[first : first + AT_ONCE]
        ]
        for outcome in ledger.issue_set(ledger_connection(), issues):
            match outcome.outcome:
                case "issued":
                    pass
                case "unknown" | "over_limit" | "expired" as refused:
                    raise ValueError(f"a card cannot hold this value: {refused}")
                case "replayed" | "key_conflict" | "cancelled" | "closed" as other:
                    raise RuntimeError(f"a card is new, but the ledger says {other}")
                case never:
                    assert_never(never)
