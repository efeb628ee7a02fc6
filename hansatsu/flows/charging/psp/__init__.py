"""Payment providers: one folder each, behind the interface of ``base``."""
