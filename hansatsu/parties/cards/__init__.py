"""Cards (カード型): printed codes that are wallets without a resident."""
