"""Pages of the console that are no lists of things."""
