"""A lot's expiry can be moved later, and a wrongly booked 失効 taken back: kinds of their own."""

from django.db import migrations

from hansatsu.ledger import sql

FILES = (
    "expiry_moves.sql",
    "functions/move_expiries_v1.sql",
    "functions/move_expiry_v1.sql",
    "functions/unexpire_v1.sql",
)
UNDO = """
    drop function ledger.unexpire_v1;
    drop function ledger.move_expiry_v1;
    drop function ledger.move_expiries_v1;
    drop function ledger.end_of_exemption_v1;
    drop function ledger.canonical_expiry_v1;
    drop table ledger.expiry_move;
"""
"""The kinds stay: PostgreSQL takes no value out of an enum."""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0019_paid_of_all")]
    operations = [migrations.RunSQL(sql.read(*FILES), UNDO)]
