"""How many mails may be asked for, to one mail address and from one network address."""

from datetime import timedelta
from hashlib import sha256

from hansatsu.parties.identity.throttle import Count, Limit, count_try, from_address
from hansatsu.parties.issuers.models import Issuer

TO_ONE = Limit(
    free=5,
    first_wait=timedelta(minutes=10),
    longest_wait=timedelta(hours=1),
    forgotten_after=timedelta(hours=1),
)
FROM_ONE = Limit(
    free=30,  # a town hall helps many people in one hour, at one address
    first_wait=timedelta(minutes=1),
    longest_wait=timedelta(minutes=15),
    forgotten_after=timedelta(hours=1),
)


def count_mail(issuer: Issuer, about: str, address: str) -> int:
    """Count a mail that somebody asks for. Returns for how many seconds they must wait; above 0,
    it must not be sent.

    Args:
        issuer: from whom the mail comes.
        about: the mail address or login ID that was typed, whether it is known or not.
        address: the network address that asks.
    """
    typed = sha256(about.casefold().encode()).hexdigest()[:32]
    attempt = count_try(
        Count(f"mails:{issuer.pk}:{typed}", TO_ONE),
        *from_address(address, f"mails-from:{issuer.pk}", FROM_ONE),
    )
    return attempt.wait_seconds
