"""What the sites share: requests and redirects, words, typed amounts, steps of staff.

May import flows and what is below them; no site, for every site imports it.
"""
