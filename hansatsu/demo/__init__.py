"""The demo: a made-up town with its history, and a mail server whose inbox can be looked at.

Installed only in a database that was born as a demo. Everyone in it is fictional.
"""
