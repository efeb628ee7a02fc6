"""Wallets (ウォレット) as their holders see them.

The value itself stands in the ledger; here its lots and entries get the names of emoneys and
shops, and the days and times of Japan.
"""
