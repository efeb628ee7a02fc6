"""Pages that only a demo has: the landing page and the gallery of components."""
