"""The PostgreSQL server: the embedded one, its roles, and connections to it.

Knows nothing of what is stored; everything else stands above this package.
"""
