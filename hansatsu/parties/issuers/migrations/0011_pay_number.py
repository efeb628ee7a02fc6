"""A pay number for each issuer, its own in the installation (``issuers.pay_numbers``).

The database gives it, so that two issuers made at once cannot have the same, and a version that
does not know of it yet can still make one.
"""

from django.db import migrations, models
from django.db.migrations import RunSQL

GIVING = """
create function issuers_free_pay_number(issuer_id integer) returns smallint
language plpgsql as $$
declare
    free smallint;
begin
    -- Whoever else makes an issuer waits, and looks only after us.
    perform pg_advisory_xact_lock(hashtext('issuers_issuer.pay_number'));
    select n into free from generate_series(1, 999) as n
    where not exists (select from issuers_issuer as i where i.pay_number = n)
    order by n <> issuer_id % 1000, n limit 1;
    if free is null then
        raise exception 'all 999 pay numbers of this installation are given';
    end if;
    return free;
end
$$;

create function issuers_give_pay_number() returns trigger language plpgsql as $$
begin
    new.pay_number := issuers_free_pay_number(new.id);
    return new;
end
$$;

create trigger issuers_give_pay_number before insert on issuers_issuer
    for each row when (new.pay_number is null or new.pay_number = 0)
    execute function issuers_give_pay_number();
"""

NOT_GIVING = """
drop trigger issuers_give_pay_number on issuers_issuer;
drop function issuers_give_pay_number();
drop function issuers_free_pay_number(integer);
"""

NUMBERING = """
-- First whoever can keep the digits that its codes have; then the others.
update issuers_issuer set pay_number = id % 1000
where id in (select min(id) from issuers_issuer where id % 1000 <> 0 group by id % 1000);

do $$
declare
    issuer record;
begin
    for issuer in select id from issuers_issuer where pay_number is null order by id loop
        update issuers_issuer
        set pay_number = issuers_free_pay_number(issuer.id), renumbered_at = ledger.now()
        where id = issuer.id;
    end loop;
end
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("issuers", "0010_english_optional"), ("ledger", "0001_ledger")]

    operations = [
        migrations.AddField(
            "issuer", "pay_number", models.PositiveSmallIntegerField(null=True, editable=False)
        ),
        migrations.AddField(
            "issuer", "renumbered_at", models.DateTimeField(null=True, editable=False)
        ),
        RunSQL(GIVING, NOT_GIVING),
        RunSQL(NUMBERING, RunSQL.noop),
        migrations.AlterField(
            "issuer", "pay_number", models.PositiveSmallIntegerField(db_default=0, editable=False)
        ),
        migrations.AddConstraint(
            "issuer",
            models.UniqueConstraint(fields=["pay_number"], name="issuer_pay_number_once"),
        ),
        migrations.AddConstraint(
            "issuer",
            models.CheckConstraint(
                condition=models.Q(pay_number__gte=1, pay_number__lte=999),
                name="issuer_pay_number_form",
            ),
        ),
    ]
