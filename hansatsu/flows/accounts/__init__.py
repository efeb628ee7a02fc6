"""Accounts: registering, logging in, recovering and changing, as flows over identity and mails."""
