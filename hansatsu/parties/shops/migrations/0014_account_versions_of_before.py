"""The accounts that are there, as versions; and those that the version before still writes."""

from django.db import migrations

from hansatsu.parties.tenancy.fixed_columns import fixed
from hansatsu.parties.tenancy.same_issuer import same_issuer

DECIDED_FOR_GOOD = """
create function shops_accountversion_decided() returns trigger language plpgsql as $$
begin
    raise exception 'an account that was decided on is not decided on again'
        using errcode = 'restrict_violation';
end
$$;
create trigger shops_accountversion_decided
    before update of state, decided_by, decided_by_name, decided_at, decided_reason
    on shops_accountversion for each row
    when (old.state <> 'waiting' and (
        old.state is distinct from new.state or old.decided_by is distinct from new.decided_by
        or old.decided_at is distinct from new.decided_at
        or old.decided_by_name is distinct from new.decided_by_name
        or old.decided_reason is distinct from new.decided_reason))
    execute function shops_accountversion_decided();
"""

# At the end of the transaction, when the record tells who did it.
ENTERED = """
create function shops_shopaccount_entered() returns trigger language plpgsql as $$
declare
    who record;
    moment timestamptz := ledger.now();
begin
    perform 1 from shops_shop where id = new.shop_id for no key update;
    select actor, actor_name, reason into who from issuers_auditentry
     where issuer_id = new.issuer_id and at >= new.changed_at
       and act in ('shop_account', 'shop_added', 'shops_imported', 'shops_undone')
       and (subject = 'shop:' || new.shop_id or things @> array['shop:' || new.shop_id]::varchar[])
     order by id limit 1;
    update shops_accountversion
       set state = 'withdrawn', decided_by = coalesce(who.actor, ''),
           decided_by_name = coalesce(who.actor_name, ''), decided_at = moment,
           decided_reason = coalesce(who.reason, '')
     where shop_id = new.shop_id and state = 'waiting';
    insert into shops_accountversion
        (issuer_id, shop_id, sealed, notes, entered_by, entered_by_name, entered_at, reason,
         state, decided_by, decided_by_name, decided_reason)
    values
        (new.issuer_id, new.shop_id, new.sealed, '{}', coalesce(who.actor, ''),
         coalesce(who.actor_name, ''), new.changed_at, coalesce(who.reason, ''),
         'waiting', '', '', '');
    return null;
end
$$;
create constraint trigger shops_shopaccount_entered
    after insert or update of sealed on shops_shopaccount
    deferrable initially deferred for each row execute function shops_shopaccount_entered();
"""

OF_BEFORE = """
insert into shops_accountversion
    (issuer_id, shop_id, sealed, notes, entered_by, entered_by_name, entered_at, reason,
     state, decided_by, decided_by_name, decided_at, decided_reason,
     told_entered_at, told_decided_at)
select issuer_id, shop_id, sealed, '{}', '', '', changed_at, '',
       'approved', 'system', '', changed_at, '', changed_at, changed_at
  from shops_shopaccount order by id;
"""


class Migration(migrations.Migration):
    dependencies = [("shops", "0013_account_version"), ("issuers", "0014_audit_lists")]

    operations = [
        same_issuer("shops_accountversion", "shop_id", "shops_shop"),
        same_issuer("shops_accountversion", "batch_id", "shops_batch"),
        fixed(
            "shops_accountversion",
            *("issuer_id", "shop_id", "sealed", "notes", "batch_id"),
            *("entered_by", "entered_by_name", "entered_at", "reason"),
        ),
        migrations.RunSQL(
            DECIDED_FOR_GOOD,
            "drop trigger shops_accountversion_decided on shops_accountversion;"
            " drop function shops_accountversion_decided();",
        ),
        # The trigger's lock keeps the version before from writing until this is committed.
        migrations.RunSQL(
            ENTERED,
            "drop trigger shops_shopaccount_entered on shops_shopaccount;"
            " drop function shops_shopaccount_entered();",
        ),
        migrations.RunSQL(OF_BEFORE, migrations.RunSQL.noop),
    ]
