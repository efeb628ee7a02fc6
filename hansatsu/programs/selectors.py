"""Names of emoneys."""

from hansatsu.issuers.models import Issuer
from hansatsu.programs.models import Emoney


def emoneys(issuer: Issuer) -> list[Emoney]:
    """The issuer's emoneys, in the order they were made."""
    return list(Emoney.objects.of(issuer))


def emoney_names(issuer: Issuer) -> dict[int, str]:
    """Each emoney's name in the active language, by its id."""
    return {emoney.pk: emoney.local_name for emoney in emoneys(issuer)}
