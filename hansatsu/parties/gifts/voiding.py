"""A gift code that staff take back."""

from django.db import transaction

from hansatsu.parties.gifts.models import GiftCode
from hansatsu.parties.gifts.services import void_gift
from hansatsu.parties.issuers.audit import Actor, audit


def void_code(by: Actor, code: GiftCode, *, reason: str) -> bool:
    """Make it void, with a line in the audit log; False when it is taken or void already."""
    with transaction.atomic():
        if not void_gift(code, reason=reason):
            return False
        before = {"code": f"…{code.last_four}"}
        audit(by, "gift_voided", f"gift_code:{code.pk}", reason=reason, before=before)
    return True
