from django.db import migrations

from hansatsu.parties.tenancy.same_issuer import same_issuer


class Migration(migrations.Migration):
    dependencies = [("charging", "0001_initial"), ("programs", "0003_products_same_issuer")]

    operations = [
        same_issuer("charging_order", "resident_id", "identity_resident"),
        same_issuer("charging_order", "product_id", "programs_product"),
        same_issuer("charging_order", "purchase_code_id", "programs_purchasecode"),
        same_issuer("charging_checkout", "order_id", "charging_order"),
        same_issuer("charging_providerpayment", "order_id", "charging_order"),
        same_issuer("charging_providerpayment", "checkout_id", "charging_checkout"),
        same_issuer("charging_receivedevent", "order_id", "charging_order"),
        same_issuer("charging_task", "order_id", "charging_order"),
        same_issuer("charging_task", "payment_id", "charging_providerpayment"),
    ]
