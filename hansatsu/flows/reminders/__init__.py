"""Telling residents that value of theirs dies soon: 30, 7 and 1 days before (product.md, N8)."""
