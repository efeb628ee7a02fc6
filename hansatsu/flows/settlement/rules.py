"""The rules by which an issuer settles, and the lock of its closings."""

from hansatsu.flows.settlement.models import SettlementRules
from hansatsu.parties import clock
from hansatsu.parties.issuers.models import Issuer


def rules_of(issuer: Issuer) -> SettlementRules:
    """The issuer's rules; the defaults, from now on, when they are asked for the first time."""
    return SettlementRules.objects.get_or_create(
        issuer=issuer, defaults={"begins_at": clock.now()}
    )[0]


def locked_rules(issuer: Issuer) -> SettlementRules:
    """The issuer's rules, held until the caller's transaction ends: closings of an issuer are made
    one after another, and what decides over them waits."""
    rules_of(issuer)
    return SettlementRules.objects.of(issuer).select_for_update(no_key=True).get()
