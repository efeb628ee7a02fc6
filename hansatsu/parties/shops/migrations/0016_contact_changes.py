"""A shop's mail address that becomes another is noted by the database, whoever changes it."""

from django.db import migrations

from hansatsu.parties.tenancy.fixed_columns import fixed
from hansatsu.parties.tenancy.same_issuer import same_issuer

CHANGED = """
create function shops_shop_contact_changed() returns trigger language plpgsql as $$
begin
    insert into shops_contactchange (issuer_id, shop_id, before, after, at)
    values (new.issuer_id, new.id, old.contact_email, new.contact_email, ledger.now());
    return null;
end
$$;
create trigger shops_shop_contact_changed after update of contact_email on shops_shop
    for each row when (old.contact_email <> new.contact_email)
    execute function shops_shop_contact_changed();
"""


class Migration(migrations.Migration):
    dependencies = [("shops", "0015_contact_email")]

    operations = [
        same_issuer("shops_contactchange", "shop_id", "shops_shop"),
        fixed("shops_contactchange", "issuer_id", "shop_id", "before", "after", "at"),
        migrations.RunSQL(
            CHANGED,
            "drop trigger shops_shop_contact_changed on shops_shop;"
            " drop function shops_shop_contact_changed();",
        ),
    ]
