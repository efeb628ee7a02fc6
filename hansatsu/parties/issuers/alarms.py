"""Telling an issuer's staff that something is wrong."""

import logging

from hansatsu.parties import clock
from hansatsu.parties.issuers.models import Alarm, Issuer

logger = logging.getLogger(__name__)


def raise_alarm(issuer: Issuer, *, kind: str, subject: str, text: str) -> Alarm:
    """Keep it for the issuer's console, and log it as a warning.

    Args:
        issuer: whom it concerns.
        kind: what sort of thing, such as ``wrong_codes``.
        subject: whose, such as ``terminal:7``.
        text: what happened, for staff to read.
    """
    alarm = Alarm.objects.create(
        issuer=issuer, kind=kind, subject=subject, text=text, at=clock.now()
    )
    logger.warning(
        "an alarm for the issuer",
        extra={"issuer": issuer.code, "alarm": kind, "subject": subject},
    )
    return alarm
