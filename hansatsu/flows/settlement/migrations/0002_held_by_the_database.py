"""What no program may break: ranges without gap or overlap, rows that never change, and the rows of
issuers that settle from before there was any."""

from django.db import migrations

from hansatsu.parties.tenancy.append_only import append_only
from hansatsu.parties.tenancy.fixed_columns import fixed
from hansatsu.parties.tenancy.same_issuer import same_issuer

RANGES = """
alter table settlement_statement
    -- No two ranges of a shop overlap (an int8range of one number stands for equality: plain GiST).
    add constraint statement_ranges_apart exclude using gist (
        int8range(shop_id, shop_id, '[]') with &&, tstzrange(starts_at, ends_at) with &&),
    -- Each begins where the one before ended; the first at BEGINNING.
    add column follows timestamptz generated always as (
        nullif(starts_at, timestamptz '1999-12-31 15:00:00+00')) stored,
    add constraint statement_follows foreign key (shop_id, follows)
        references settlement_statement (shop_id, ends_at);
alter table settlement_shopfeeclass
    add constraint shop_fee_classes_apart exclude using gist (
        int8range(shop_id, shop_id, '[]') with &&, daterange(from_day, until_day) with &&);
"""
UNDO = """
alter table settlement_shopfeeclass drop constraint shop_fee_classes_apart;
alter table settlement_statement
    drop constraint statement_follows,
    drop column follows,
    drop constraint statement_ranges_apart;
"""
BEFORE_THERE_WERE_ANY = """
insert into settlement_settlementrules (
    issuer_id, bank_day_shift, hand_in_days, own_closed_days, originator_code, originator_name,
    own_bank, own_branch, own_type, own_number, line_ending, clearing_fill, registration_number,
    fee_bearer, transfer_fees, first_payout_hold_days, on_demand, on_demand_minimum)
select i.id, 'next', 2, '{}', '', '', '', '', '', '', 'crlf', '0000', '', 'issuer', '[]', 3, false,
    10000
from issuers_issuer as i
"""
STATEMENT = [
    *("issuer_id", "closing_id", "shop_id", "starts_at", "ends_at", "opening", "payments"),
    *("payment_count", "refunds", "refund_count", "adjustments", "fee", "tax", "tax_rate"),
    *("payout", "carry", "account", "salt", "leaf"),
]


class Migration(migrations.Migration):
    dependencies = [("settlement", "0001_initial")]

    operations = [
        migrations.RunSQL(RANGES, UNDO),
        append_only("settlement_closing"),
        append_only("settlement_statementline"),
        append_only("settlement_feeclass"),
        fixed("settlement_statement", *STATEMENT),
        fixed("settlement_payable", "issuer_id", "statement_id", "shop_id", "yen"),
        fixed("settlement_adjustmentline", "issuer_id", "adjustment_id", "shop_id", "yen"),
        fixed("settlement_adjustment", "issuer_id", "kind", "payment_number", "received_on"),
        fixed("settlement_hold", "issuer_id", "shop_id"),
        fixed("settlement_shopfeeclass", "issuer_id", "shop_id", "fee_class_id", "from_day"),
        same_issuer("settlement_shopfeeclass", "shop_id", "shops_shop"),
        same_issuer("settlement_shopfeeclass", "fee_class_id", "settlement_feeclass"),
        same_issuer("settlement_statement", "closing_id", "settlement_closing"),
        same_issuer("settlement_statement", "shop_id", "shops_shop"),
        same_issuer("settlement_statementline", "statement_id", "settlement_statement"),
        same_issuer("settlement_statementline", "emoney_id", "programs_emoney"),
        same_issuer("settlement_statementline", "fee_class_id", "settlement_feeclass"),
        same_issuer("settlement_payable", "statement_id", "settlement_statement"),
        same_issuer("settlement_payable", "shop_id", "shops_shop"),
        same_issuer("settlement_hold", "shop_id", "shops_shop"),
        same_issuer("settlement_adjustmentline", "adjustment_id", "settlement_adjustment"),
        same_issuer("settlement_adjustmentline", "shop_id", "shops_shop"),
        same_issuer("settlement_adjustmentline", "statement_id", "settlement_statement"),
        same_issuer("settlement_payoutrequest", "shop_id", "shops_shop"),
        same_issuer("settlement_payoutrequest", "statement_id", "settlement_statement"),
        same_issuer("settlement_settlementrules", "on_demand_fee_class_id", "settlement_feeclass"),
        migrations.RunSQL(BEFORE_THERE_WERE_ANY, migrations.RunSQL.noop),
    ]
