"""Identity: residents, shop and console staff, and how each is recognised."""
