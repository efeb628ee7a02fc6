"""Payments (決済): at a shop's poster, at its till by a code or card, over the API; and refunds."""
