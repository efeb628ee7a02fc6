"""Pages: views, templates and what they need. No rule about money stands here."""
