"""Passkeys of staff: another way to show the second factor, beside the authenticator.

Who has one has an authenticator too, so any passkey may be removed, and losing the phone or being
stopped (``second_factor.forget_second_factor``, ``accounts.set_active``) ends all of them.
"""

from collections.abc import Collection
from typing import Any

from django.contrib.sessions.backends.base import SessionBase
from django.db import transaction

from hansatsu.parties.identity import passkey_authentication
from hansatsu.parties.identity.models import Passkey, Staff
from hansatsu.parties.identity.passkey_registration import keep_passkey
from hansatsu.parties.identity.passkeys import passkeys_of
from hansatsu.parties.issuers.audit import Actor, audit
from hansatsu.parties.issuers.names import staff_name
from hansatsu.parties.staff.second_factor import Check, has_second_factor, limited


def has_passkey(staff: Staff) -> bool:
    """True when there is one to be asked for."""
    return Passkey.objects.of(staff.issuer).filter(staff=staff).exists()


def request_options(session: SessionBase, purpose: str, staff: Staff) -> dict[str, Any]:
    """What the browser of ``staff`` is asked: one of their own passkeys."""
    return passkey_authentication.request_options(session, purpose, passkeys_of(staff))


def check_passkey(
    by: Actor,
    session: SessionBase,
    purpose: str,
    staff: Staff,
    text: str,
    *,
    address: str,
    tokens: Collection[str] = (),
) -> Check:
    """Whether the browser's answer shows a passkey of ``staff``. Wrong ones count together with
    wrong codes: after some the account and the address must wait.

    Args:
        by: ``staff``, for the audit log.
        session: of the browser that was asked.
        purpose: as it was asked.
        staff: whose passkey it must be.
        text: the answer, JSON.
        address: where it comes from.
        tokens: of the browser, as for ``second_factor.check_code``.
    """

    def shows() -> bool:
        return _shows_passkey(by, session, purpose, staff, text)

    return limited(staff, address, shows, tokens=tokens)


def add_passkey(
    by: Actor, staff: Staff, answer: str, challenge: bytes, *, name: str
) -> Passkey | None:
    """Keep the passkey that a browser has made for ``staff``, who has shown the second factor for
    it; None when it is refused (``keep_passkey``), or there is no authenticator beside it."""
    with transaction.atomic():
        row = (
            Staff.objects.select_for_update(of=("self",)).select_related("issuer").get(pk=staff.pk)
        )
        if not row.is_active or not has_second_factor(row):
            return None
        passkey = keep_passkey(row, answer, challenge, name)
        if passkey is not None:
            audit(by, "passkey_added", row.actor, after={"passkey": passkey.name})
    return passkey


def remove_passkey(by: Actor, passkey: Passkey) -> None:
    """Forget it: it lets nobody in any more. Twice is as once."""
    with transaction.atomic():
        deleted, _by_model = Passkey.objects.filter(pk=passkey.pk).delete()
        if deleted:
            assert passkey.staff_id is not None
            subject = staff_name(passkey.staff_id)
            audit(by, "passkey_removed", subject, before={"passkey": passkey.name})


def _shows_passkey(by: Actor, session: SessionBase, purpose: str, staff: Staff, text: str) -> bool:
    own = Passkey.objects.of(staff.issuer).filter(staff=staff)
    with transaction.atomic():
        judged = passkey_authentication.judge_answer(session, purpose, own, text)
        if judged is None:
            return False
        passkey, why_not = judged
        if passkey is None or why_not:
            return False
        audit(by, "passkey_used", staff.actor, after={"passkey": passkey.name})
    return True
