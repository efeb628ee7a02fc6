"""Logging in by a passkey, instead of puzzle, password and mail."""

from typing import Any

from django.contrib.sessions.backends.base import SessionBase
from django.db import transaction

from hansatsu.parties.identity.events import record
from hansatsu.parties.identity.models import Passkey, Resident
from hansatsu.parties.identity.passkey_authentication import judge_answer, request_options
from hansatsu.parties.issuers.models import Issuer


def options(session: SessionBase, issuer: Issuer) -> dict[str, Any]:
    """What the browser is asked: any passkey of this site."""
    return request_options(session, _purpose(issuer))


def prove(session: SessionBase, issuer: Issuer, text: str, address: str) -> Resident | None:
    """Whose passkey answered; None when it is unknown, its answer wrong or late, or another
    issuer's.

    Args:
        session: of the browser that was asked.
        issuer: whose site it is.
        text: the browser's answer, JSON.
        address: where it comes from.
    """
    residents = (
        Passkey.objects.of(issuer)
        .select_related("resident__issuer")
        .filter(resident__isnull=False, resident__closed_at=None)
    )
    with transaction.atomic():
        judged = judge_answer(session, _purpose(issuer), residents, text)
        if judged is None:
            return None
        passkey, because = judged
        resident = passkey.resident if passkey else None
        if because:
            record(
                issuer,
                "passkey_refused",
                resident=resident,
                request_address=address,
                because=because,
            )
            return None
    return resident


def _purpose(issuer: Issuer) -> str:
    return f"log_in:{issuer.pk}"
