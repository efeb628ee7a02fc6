"""Ending what still leads into an account: mailed links, and log-ins under way."""

from collections.abc import Collection

from hansatsu.parties import clock
from hansatsu.parties.identity.models import LogIn, MailedLink, Purpose, Resident

INTO_THE_ACCOUNT = (Purpose.PASSWORD, Purpose.UNLOCK)
"""Links that open the account to the reader of the mail."""

OF_THE_ACCOUNT = tuple(each for each in Purpose.values if each != Purpose.BANK_ACCOUNT)
"""All but the links by which money goes back: it is owed to who has left, too."""


def lock_resident(resident: Resident) -> Resident:
    """The resident's row as it is now, locked until the transaction ends: changes of one account
    come one after the other."""
    return (
        Resident.objects.select_for_update(of=("self",))
        .select_related("issuer")
        .get(pk=resident.pk)
    )


def end_links(resident: Resident, purposes: Collection[str]) -> None:
    """Use up the resident's links of ``purposes`` that still work."""
    MailedLink.objects.filter(resident=resident, purpose__in=purposes, used_at=None).update(
        used_at=clock.now()
    )


def end_log_ins(resident: Resident) -> None:
    """End the log-ins that wait for a one-time password: their password or address is the old
    one."""
    LogIn.objects.filter(resident=resident, ended_at=None).update(ended_at=clock.now())
