"""The sandbox: a payment provider of our own, where no money moves.

It acts like a real one: hosted pages (``pages``), webhooks that are sent over HTTP and signed
(``sending``), and an adapter (``provider``) that knows no more of it than of another.
"""
