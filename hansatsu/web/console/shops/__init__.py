"""Shops, their groups and staff, one by one and many at once."""
