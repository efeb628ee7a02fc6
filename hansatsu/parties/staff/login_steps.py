"""The steps of a staff member's log-in after the password: second factor, own password, enrolment.

The shop site and the issuer's console go the same way; each has pages of its own.
"""

from typing import Literal

from hansatsu.parties.identity.models import Staff
from hansatsu.parties.staff.second_factor import has_second_factor

Step = Literal["code", "password", "enrol", "in"]


def next_step(staff: Staff, *, proven: bool) -> Step:
    """What is still to be done before ``staff``, whose password was right, is in.

    ``code``: type a code of the authenticator. ``password``: choose an own one in place of the
    one that was handed over. ``enrol``: set up the authenticator.

    Args:
        staff: who.
        proven: the second factor was shown now, or this browser is trusted for it.
    """
    if staff.needs_second_factor and not proven and has_second_factor(staff):
        return "code"
    if staff.must_change_password:
        return "password"
    if staff.needs_second_factor and not proven:
        return "enrol"
    return "in"
