"""Killing what can be killed while payments are made, and comparing answers with the books."""
