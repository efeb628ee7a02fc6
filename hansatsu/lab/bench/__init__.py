"""How fast, beside the limit: measured on a database of its own that is gone afterwards."""
