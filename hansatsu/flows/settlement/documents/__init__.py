"""The statement as people and machines get it: one content, and what is made of it."""
