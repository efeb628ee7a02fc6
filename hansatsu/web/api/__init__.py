"""The API of tills: thin typed handlers, one table of calls (``calls``), one form of errors.

It runs on django-bolt in processes of its own (``processes.api``).
"""
