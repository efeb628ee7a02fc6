"""How often a resident's code may be asked whether it is good for an amount.

Each answer halves what a till does not know of the balance; so a code answers for a few amounts
only, and the next one is the resident's to show.
"""

from django.db.models import F

from hansatsu.flows.payments.codes import Payer
from hansatsu.parties import clock
from hansatsu.parties.identity.models import Failures

MOST = 5
"""Enough for a slip of the finger and a customer short of value; too few to find a balance out."""


def may_ask(payer: Payer) -> bool:
    """Count a question about a resident's code, at whatever till; False when there have been
    ``MOST``. A card's holder may ask as often as one likes."""
    if payer.device is None:
        return True
    subject = f"code:{payer.device}:{payer.step}"
    first = Failures(subject=subject, last_at=clock.Now())
    Failures.objects.bulk_create([first], ignore_conflicts=True)
    counted = Failures.objects.filter(subject=subject, count__lt=MOST)
    return counted.update(count=F("count") + 1, last_at=clock.Now()) == 1
