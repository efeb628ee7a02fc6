"""A small Stripe: the calls that our adapter makes, over HTTP, with Stripe's shapes and signatures.

``objects.json`` has the objects as Stripe documents them, cut to what stands for something.
"""
