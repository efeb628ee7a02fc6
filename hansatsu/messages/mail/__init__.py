"""Notifications: from the ledger's outbox to mails that are sent."""
