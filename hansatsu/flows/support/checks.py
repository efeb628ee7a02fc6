"""Corrections against the ledger: run with the ledger's own checks, on the same snapshot."""

from pathlib import Path

from hansatsu.flows.charging.checks import FOLDER as CHARGING
from hansatsu.flows.redemption.checks import FOLDER as TAKING
from hansatsu.messages.mail.checks import FOLDER as MAILS
from hansatsu.parties.shops.checks import FOLDER as SHOPS

FOLDER = Path(__file__).parent / "sql" / "checks"
"""A query each; zero rows are healthy, as in ``hansatsu.ledger.checks``."""

ALL_FOLDERS = (CHARGING, TAKING, FOLDER, SHOPS, MAILS)
"""What ``hansatsu verify``, and the worker's check of every quarter of an hour, hold against the
ledger beside its own."""
