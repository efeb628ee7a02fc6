"""Codes, gifts and cards: made, printed, imported, stopped."""
