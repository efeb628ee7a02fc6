"""The first page: charts, and what wants attention."""
