"""What many machines ask of the functions: what stands under a key decides, ids and the clock are
read before they are written, no helper stands beside a table; numbers by home."""

from django.db import migrations

from hansatsu.ledger import sql

FILES = (
    "functions/claim_v2.sql",
    "functions/cancel_v3.sql",
    "functions/refund_v3.sql",
    "functions/cancel_payment_v2.sql",
    "functions/correct_v2.sql",
    "functions/set_state_v2.sql",
    "functions/transfer_v2.sql",
    "functions/reverse_issue_v2.sql",
    "functions/reinstate_issue_v2.sql",
    "functions/issue_set_v3.sql",
    "functions/setup_v2.sql",
    "functions/take_home_v1.sql",
)
NAMES = (
    "take_home_v1",
    "revoke_device_v2",
    "open_wallets_v2",
    "start_acceptance_v2",
    "issue_set_v3",
    "reinstate_issue_v2",
    "lots_of_issue_v2",
    "reverse_issue_v2",
    "transfer_v2",
    "set_state_v2",
    "correct_v2",
    "cancel_payment_v2",
    "refund_v3",
    "cancel_v3",
    "drop_claim_v2",
    "keep_claim_v2",
    "claim_v2",
)
UNDO = "".join(f"drop function ledger.{name};" for name in NAMES)


class Migration(migrations.Migration):
    dependencies = [("ledger", "0012_outbox_queue")]
    operations = [migrations.RunSQL(sql.read(*FILES), UNDO)]
