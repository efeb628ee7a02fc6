"""What was proposed, by whom, and what was decided of it stays, whatever role asks; who did it is
of the issuer; and a line that a statement has taken is no other's."""

from django.db import migrations
from django.db.migrations import RunSQL

from hansatsu.parties.tenancy.fixed_columns import set_once
from hansatsu.parties.tenancy.same_issuer import same_issuer


def decided_for_good(table: str, open_state: str) -> RunSQL:
    """Have the database refuse another state once a row of ``table`` is not ``open_state``."""
    name = f"{table}_decided"
    return RunSQL(
        f"""
        create function {name}() returns trigger language plpgsql as $$
        begin
            raise exception 'a row of {table} that was decided on is not decided on again'
                using errcode = 'restrict_violation';
        end
        $$;
        create trigger {name} before update of state on {table} for each row
            when (old.state <> '{open_state}' and old.state is distinct from new.state)
            execute function {name}();
        """,
        f"drop trigger {name} on {table}; drop function {name}();",
    )


PROPOSED = ("proposed_by_id", "proposed_at", "decided_by_id", "decided_at")


class Migration(migrations.Migration):
    dependencies = [("settlement", "0008_row_account_version")]

    operations = [
        decided_for_good("settlement_adjustment", "proposed"),
        decided_for_good("settlement_hold", "proposed"),
        decided_for_good("settlement_payoutrequest", "asked"),
        set_once("settlement_adjustment", *PROPOSED),
        set_once("settlement_hold", *PROPOSED, "released_by_id", "released_at"),
        set_once(
            "settlement_payoutrequest",
            *("shop_id", "asked_by_id", "asked_at", "statement_id", "decided_by_id", "decided_at"),
        ),
        set_once("settlement_adjustmentline", "statement_id"),
        same_issuer("settlement_adjustment", "proposed_by_id", "identity_staff"),
        same_issuer("settlement_adjustment", "decided_by_id", "identity_staff"),
        same_issuer("settlement_hold", "proposed_by_id", "identity_staff"),
        same_issuer("settlement_hold", "decided_by_id", "identity_staff"),
        same_issuer("settlement_hold", "released_by_id", "identity_staff"),
        same_issuer("settlement_payoutrequest", "asked_by_id", "identity_staff"),
        same_issuer("settlement_payoutrequest", "decided_by_id", "identity_staff"),
    ]
