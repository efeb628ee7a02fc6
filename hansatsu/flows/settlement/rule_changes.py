"""What an owner changes of the rules of settling. Each act stands in the record."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from django.db import transaction

from hansatsu.flows.settlement.models import FeeClass
from hansatsu.flows.settlement.rules import locked_rules
from hansatsu.parties.issuers.audit import Value
from hansatsu.parties.issuers.deeds import Deed
from hansatsu.parties.issuers.names import issuer_name

CHANGEABLE: Final = frozenset(
    {
        *("originator_code", "originator_name", "own_bank", "own_branch", "own_type", "own_number"),
        *("bank_day_shift", "hand_in_days", "own_closed_days", "first_payout_hold_days"),
        *("line_ending", "clearing_fill", "registration_number"),
        *("fee_bearer", "transfer_fees"),
        *("on_demand", "on_demand_minimum", "on_demand_fee_class"),
    }
)
"""Not the numbers of closings and runs, nor when settling began."""


def change_rules(deed: Deed, changes: Mapping[str, Any]) -> list[str]:
    """Set fields of ``SettlementRules``; the names of those that are different now. A closing that
    is being made is waited for; it has the rules of before.

    Raises:
        ValueError: when a field is not one of ``CHANGEABLE``.
        django.core.exceptions.ValidationError: when a field is malformed.
    """
    if not changes.keys() <= CHANGEABLE:
        raise ValueError("this of settling is not changed")
    issuer = deed.actor.issuer
    with transaction.atomic():
        rules = locked_rules(issuer)
        before = {name: getattr(rules, name) for name in changes}
        changed = sorted(name for name in changes if before[name] != changes[name])
        if not changed:
            return []
        for name in changed:
            setattr(rules, name, changes[name])
        rules.validate_constraints()
        rules.save(update_fields=changed)
        deed.record(
            "settlement_rules_changed",
            issuer_name(issuer.pk),
            before={name: _fact(name, before[name]) for name in changed},
            after={name: _fact(name, changes[name]) for name in changed},
        )
    return changed


def _fact(name: str, value: Any) -> Value:
    """As the record keeps it: accounts masked, bands of fees in a line each."""
    match value:
        case FeeClass():
            return str(value)
        case list() if name == "transfer_fees":
            return [
                f"{band['from_yen']}: {band['same_bank']} / {band['other_bank']}" for band in value
            ]
        case list():
            return [day.isoformat() if isinstance(day, date) else str(day) for day in value]
        case str() if name == "own_number" and value:
            return f"****{value[-3:]}"
        case str() | bool() | int() | None:
            return value
    raise TypeError(name)
