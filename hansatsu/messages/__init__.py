"""What the scheme tells others of what happened: mails, webhooks, and the relay that sends them.

May import the parties and what is below them; a flow or a page never.
"""
