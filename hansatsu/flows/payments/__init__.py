"""Payments (決済): a resident pays at a shop's poster (MPM)."""
