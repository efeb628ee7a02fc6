"""Paying shops: closings and statements, what is owed, held and put right, and the bank file."""
