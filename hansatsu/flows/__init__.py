"""What people do with the scheme, one room a capability: buying, paying, redeeming, helping.

May import messages, parties and what is below them; another flow never, but support all.
"""
