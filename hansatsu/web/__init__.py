"""Pages and the API: views, templates and what they need. No rule about money stands here.

May import the flows and what is below them; one site never another.
"""
