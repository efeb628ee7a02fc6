"""Payout runs: what shops (and residents whose money goes back) are paid through the bank."""
