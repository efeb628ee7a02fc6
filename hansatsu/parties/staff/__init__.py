"""Staff of issuers and shops: their accounts, and how they come in and are let in again."""
