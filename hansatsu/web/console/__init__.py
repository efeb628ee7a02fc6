"""The issuer's console: Django's admin under the theme of django-unfold, and own pages for work."""
