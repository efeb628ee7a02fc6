"""The worker's side of messages: what the ledger's outbox owes becomes mails and webhooks."""
