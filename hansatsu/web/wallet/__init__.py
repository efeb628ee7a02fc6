"""The wallet site (利用者サイト) of an issuer."""
