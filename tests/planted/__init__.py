"""Faults as a careless engineer would make them, and whether the tests catch each (ADR 0220).

``python -m tests.planted`` plants one after the other in a copy of the tree and expects the tests
that a fault names to go red. ``faults/`` holds the faults, a small patch each.
"""
