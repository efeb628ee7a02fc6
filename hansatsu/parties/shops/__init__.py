"""Shops (加盟店): where they are, what they are, and which emoney they take."""
