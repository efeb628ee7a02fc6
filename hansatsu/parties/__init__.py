"""Who and what a scheme has: issuers, shops, staff, residents, products, cards, gifts, wallets.

May import the ledger's door and the formats; a flow, a mail or a page never.
"""
