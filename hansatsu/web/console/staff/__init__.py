"""The issuer's staff, and the record of what was done."""
