"""Tables that people send and get: xlsx and CSV, read in limits and written harmless."""
