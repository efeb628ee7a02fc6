"""Each lot says what was paid for it; what exists is told by charging's own migration."""

from django.db import migrations

from hansatsu.ledger import sql

FILES = (
    "lot_paid.sql",
    "lots_of_issue_again.sql",
    "functions/note_paid_v1.sql",
    "functions/issue_set_v4.sql",
    "functions/transfer_v3.sql",
    "functions/refund_v4.sql",
    "functions/cancel_payment_v3.sql",
    "functions/correct_v3.sql",
)
NAMES = (
    "correct_v3",
    "cancel_payment_v3",
    "refund_v4",
    "transfer_v3",
    "issue_set_v4",
    "follow_paid_v1",
    "note_paid_v1",
)
UNDO = (
    "".join(f"drop function ledger.{name};" for name in NAMES)
    + "drop function ledger.lots_of_issue_v1; alter table ledger.lot drop column paid;"
    + sql.read("lots_of_issue_again.sql")
)


class Migration(migrations.Migration):
    dependencies = [("ledger", "0017_closing")]
    operations = [migrations.RunSQL(sql.read(*FILES), UNDO)]
