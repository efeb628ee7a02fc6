"""Making issuers."""

from dataclasses import dataclass

from django.db import transaction

from hansatsu.database.connections import ledger_connection
from hansatsu.ledger import api as ledger
from hansatsu.parties.issuers.closing_terms import make_first_term
from hansatsu.parties.issuers.fields import check_sender
from hansatsu.parties.issuers.models import Issuer


@dataclass(frozen=True, slots=True)
class NewIssuer:
    """What an issuer is made from; the fields are those of ``Issuer``."""

    code: str
    name: str
    payment_prefix: str
    mode: ledger.Mode
    seal: str
    office_name: str
    office_phone: str
    office_hours: str
    mail_from: str
    domain: str
    colour_primary: str = "#1d3a5c"
    colour_accent: str = "#c8372d"
    cards_may_be_taken: bool = False
    name_en: str = ""
    office_name_en: str = ""
    office_hours_en: str = ""


def open_issuer(
    new: NewIssuer, *, limits: ledger.Limits | None = None, refund_grace_days: int = 0
) -> Issuer:
    """Make an issuer, here and in the ledger.

    Args:
        new: who it is.
        limits: the most yen a payment, a day and a wallet may have; none when absent.
        refund_grace_days: how long a refund may revive a lot that has expired since.

    Raises:
        django.core.exceptions.ValidationError: when a field is malformed or already taken.
    """
    issuer = Issuer(**{field: getattr(new, field) for field in NewIssuer.__slots__})
    issuer.full_clean(exclude={"pay_number"})  # which the database gives
    check_sender(issuer.mail_from, issuer.domain)
    with transaction.atomic():
        issuer.save()
        make_first_term(issuer)
        ledger.open_issuer(
            ledger_connection(),
            issuer_id=issuer.pk,
            payment_prefix=issuer.payment_prefix,
            mode=new.mode,
            limits=limits or ledger.Limits(),
            refund_grace_days=refund_grace_days,
        )
    return issuer
