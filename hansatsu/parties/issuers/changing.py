"""What an owner changes of the issuer itself. Each act stands in the audit log."""

from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.db import transaction

from hansatsu.database.connections import ledger_connection
from hansatsu.ledger import api as ledger
from hansatsu.parties.issuers.audit import Actor, Value, audit
from hansatsu.parties.issuers.models import Issuer
from hansatsu.parties.issuers.names import issuer_name

CHANGEABLE = (
    "name",
    "name_en",
    "seal",
    "colour_primary",
    "colour_accent",
    "office_name",
    "office_name_en",
    "office_phone",
    "office_hours",
    "office_hours_en",
    "seller_address",
    "seller_representative",
    "cards_may_be_taken",
)
"""Not the code and the prefix: they stand on posters and in payment numbers. Not the mails' sender:
its domain must be set up first."""


def change_issuer(by: Actor, changes: Mapping[str, Value], *, reason: str) -> list[str]:
    """Set fields of ``CHANGEABLE``; the names of those that are different now.

    Raises:
        django.core.exceptions.ValidationError: when a field is malformed.
        ValueError: when a field is not one of them.
    """
    if not set(changes) <= set(CHANGEABLE):
        raise ValueError("this of an issuer is not changed")
    with transaction.atomic():
        issuer = Issuer.objects.select_for_update(no_key=True).get(pk=by.issuer.pk)
        before = {name: getattr(issuer, name) for name in changes}
        changed = sorted(name for name in changes if before[name] != changes[name])
        if not changed:
            return []
        for name in changed:
            setattr(issuer, name, changes[name])
        as_it_was = {each.name for each in issuer._meta.fields} - set(changed)
        issuer.clean_fields(exclude=as_it_was)  # a fault of before must not stand in the way
        issuer.validate_constraints()
        issuer.save(update_fields=changed)
        audit(
            by,
            "issuer_changed",
            issuer_name(issuer.pk),
            reason=reason,
            before={name: before[name] for name in changed},
            after={name: changes[name] for name in changed},
        )
    return changed


def change_rules(by: Actor, rules: ledger.IssuerRules, *, reason: str) -> bool:
    """Set limits and the rule of refunds, from the next payment on; False when they are so.

    Raises:
        django.core.exceptions.ValidationError: when a limit is no yen at all.
    """
    limits = rules.limits
    if any(each is not None and each < 1 for each in (limits.per_payment, limits.per_day)):
        raise ValidationError("a limit is one yen or more")
    with transaction.atomic():
        connection = ledger_connection()
        before = ledger.issuer_rules(connection, by.issuer.pk)
        if before == rules:
            return False
        ledger.set_limits(connection, by.issuer.pk, limits)
        ledger.set_refund_grace(connection, by.issuer.pk, rules.refund_grace_days)
        audit(
            by,
            "issuer_rules",
            issuer_name(by.issuer.pk),
            reason=reason,
            before=_facts(before),
            after=_facts(rules),
        )
    return True


def _facts(rules: ledger.IssuerRules) -> dict[str, Value]:
    return {
        "per_payment": rules.limits.per_payment,
        "per_day": rules.limits.per_day,
        "holding": rules.limits.holding,
        "refund_grace_days": rules.refund_grace_days,
    }
