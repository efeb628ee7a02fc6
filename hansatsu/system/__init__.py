"""What we ask of the operating system that Python's library does not offer."""
