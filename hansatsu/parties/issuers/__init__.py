"""Issuers (発行者): the tenants. One issuer is one scheme, and sees nothing of another."""
