"""The ledger: every change of value goes through here, and it knows nothing of the rest."""
