"""Stripe: hosted Checkout pages for cards and convenience stores, and signed webhooks.

``provider`` is the adapter, ``calls`` what it asks of Stripe (by the official library), ``reading``
what Stripe's objects mean to us. Yen have no smaller unit: amounts are yen at Stripe too.
"""
