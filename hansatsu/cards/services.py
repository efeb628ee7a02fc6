"""Making cards, and finding the one whose code was read."""

from django.conf import settings
from django.db import transaction

from hansatsu.cards.models import Card, CardState
from hansatsu.database.connections import ledger_connection
from hansatsu.issuers.models import Issuer
from hansatsu.ledger import api as ledger
from hansatsu.qr import bearer_code

LAST = 4


def make_cards(issuer: Issuer, count: int) -> list[tuple[str, Card]]:
    """Make ``count`` cards with empty wallets. Each comes with its code, which is known here and
    now only: what is kept does not give it back."""
    codes = [bearer_code.new_code(bearer_code.CARD) for _ in range(count)]
    return list(zip(codes, register_cards(issuer, codes), strict=True))


def register_cards(issuer: Issuer, codes: list[str]) -> list[Card]:
    """Make cards with empty wallets under codes that exist already."""
    if not codes:
        return []
    with transaction.atomic():
        connection = ledger_connection()
        made_at = ledger.now(connection)
        wallets = ledger.open_wallets(
            connection, issuer_id=issuer.pk, kind="card", count=len(codes)
        )
        return Card.objects.bulk_create(
            Card(
                issuer=issuer,
                wallet_id=wallet_id,
                digest=bearer_code.digest(code, _keys()[0]),
                last_four=code[-LAST:],
                made_at=made_at,
            )
            for code, wallet_id in zip(codes, wallets, strict=True)
        )


def find_card(issuer: Issuer, text: str) -> Card | None:
    """The issuer's card whose code was scanned or typed, or None."""
    code = bearer_code.read_code(text)
    if code is None or not code.startswith(bearer_code.CARD):
        return None
    digests = [bearer_code.digest(code, key) for key in _keys()]
    return Card.objects.of(issuer).filter(digest__in=digests, state=CardState.ISSUED).first()


def _keys() -> list[bytes]:
    """The first makes digests; the others still find cards that were made under them."""
    return [key.encode() for key in settings.FIELD_KEYS]
