"""Making emoneys."""

from django.db import transaction

from hansatsu.database.connections import ledger_connection
from hansatsu.issuers.models import Issuer
from hansatsu.ledger import api as ledger
from hansatsu.programs.models import Emoney


def open_emoney(issuer: Issuer, *, name: str, name_en: str) -> Emoney:
    """Make a kind of value, here and in the ledger. No shop takes it yet.

    Raises:
        django.core.exceptions.ValidationError: when the issuer has one of that name.
    """
    emoney = Emoney(issuer=issuer, name=name, name_en=name_en)
    emoney.full_clean()
    with transaction.atomic():
        emoney.save()
        ledger.open_emoney(ledger_connection(), issuer_id=issuer.pk, emoney_id=emoney.pk)
    return emoney
