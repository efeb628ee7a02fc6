"""Making purchase codes, finding the one that was typed, and making it void."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction

from hansatsu.database.connections import ledger_connection
from hansatsu.formats.japan import start_of
from hansatsu.formats.qr import bearer_code
from hansatsu.ledger import api as ledger
from hansatsu.parties.identity.models import Resident
from hansatsu.parties.issuers.models import Issuer
from hansatsu.parties.programs.foreign_codes import read_foreign
from hansatsu.parties.programs.models import CodeState, PurchaseCode, Sale
from hansatsu.parties.seals.code_digests import digest_of, digests_of

LAST = 4


@dataclass(frozen=True, slots=True)
class NewCode:
    """The right to ``units`` of a sale. Without a window it is that of the sale; without a
    resident it is anybody's."""

    units: int
    valid_from: datetime | None = None
    valid_until: datetime | None = None
    resident: Resident | None = None


def window_within(sale: Sale, first: date, last: date) -> tuple[datetime, datetime]:
    """From when until when a code can be used on whole days in Japan, while the sale is open."""
    start, end = start_of(first), start_of(last + timedelta(days=1))
    return max(sale.opens_at, start), end if sale.closes_at is None else min(sale.closes_at, end)


def make_purchase_codes(
    sale: Sale, wanted: Sequence[NewCode], *, batch: int | None = None
) -> list[tuple[str, PurchaseCode]]:
    """Make codes. Each comes with its text, which is known here and now only: what is kept does
    not give it back."""
    codes = [bearer_code.new_code(bearer_code.PURCHASE) for _ in wanted]
    return list(zip(codes, register_purchase_codes(sale, codes, wanted, batch=batch), strict=True))


def register_purchase_codes(
    sale: Sale, codes: Sequence[str], wanted: Sequence[NewCode], *, batch: int | None = None
) -> list[PurchaseCode]:
    """Make codes whose texts exist already."""
    made_at = ledger.now(ledger_connection())
    return PurchaseCode.objects.bulk_create(
        PurchaseCode(
            issuer=sale.issuer,
            sale=sale,
            digest=digest_of(code),
            last_four=code[-LAST:],
            units=new.units,
            valid_from=new.valid_from or sale.opens_at,
            valid_until=new.valid_until or sale.closes_at,
            resident=new.resident,
            made_at=made_at,
            batch=batch,
        )
        for code, new in zip(codes, wanted, strict=True)
    )


def find_purchase_code(issuer: Issuer, text: str) -> PurchaseCode | None:
    """The issuer's purchase code that was typed or scanned, whatever its state and wherever it was
    made; or None."""
    code = read_foreign(text)
    if code is None:
        return None
    return PurchaseCode.objects.of(issuer).filter(digest__in=digests_of(code)).first()


def void_purchase_code(code: PurchaseCode) -> bool:
    """Make a code void; False, and nothing changes, while an order has it or it is used up."""
    with transaction.atomic():
        locked = PurchaseCode.objects.select_for_update().get(pk=code.pk)
        if locked.state != CodeState.FREE:
            return locked.state == CodeState.VOID
        locked.state = CodeState.VOID
        locked.save(update_fields=["state"])
    return True
