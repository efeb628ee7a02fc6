"""Lists and pages of things, one file a kind of thing."""
