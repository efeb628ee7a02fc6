"""What stands outside of the chain and decides over value never changes (ADR 0122)."""

from django.db import migrations

from hansatsu.parties.tenancy.fixed_columns import fixed


class Migration(migrations.Migration):
    dependencies = [
        ("charging", "0008_money_by_its_sum"),
        ("cards", "0001_initial"),
        ("gifts", "0001_initial"),
        ("identity", "0003_device"),
        ("programs", "0002_products"),
        ("shops", "0005_api_key"),
        ("support", "0001_initial"),
    ]

    operations = [
        fixed("identity_resident", "issuer_id", "wallet_id"),
        fixed("identity_device", "issuer_id", "resident_id", "number"),
        fixed("cards_card", "issuer_id", "wallet_id", "digest"),
        fixed("gifts_giftcode", "issuer_id", "batch_id", "digest"),
        fixed("gifts_giftvalue", "issuer_id", "batch_id", "emoney_id", "amount"),
        fixed(
            "charging_order",
            "issuer_id",
            "resident_id",
            "product_id",
            "purchase_code_id",
            "units",
            "price",
        ),
        fixed("programs_purchasecode", "issuer_id", "sale_id", "units", "digest"),
        fixed("shops_terminal", "issuer_id", "shop_id"),
        fixed("shops_apikey", "issuer_id", "terminal_id", "digest"),
        fixed(
            "support_correction",
            "issuer_id",
            "wallet_id",
            "emoney_id",
            "amount",
            "lot_id",
            "expires_at",
        ),
    ]
