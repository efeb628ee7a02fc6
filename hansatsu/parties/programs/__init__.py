"""Programs: the kinds of value of an issuer (電子マネー)."""
