"""Mails: written with what they tell of, in one transaction, and sent by the worker."""
