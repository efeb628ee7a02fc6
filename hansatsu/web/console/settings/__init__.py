"""The issuer's own settings: office, logo, rules, providers, legal texts."""
