"""Webhooks: a shop's own servers are told of its payments, at least once each."""
