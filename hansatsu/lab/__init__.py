"""What tries the system: how fast it is, and what it does while it is killed.

May import everything below the commands; nothing but the commands imports it.
"""
