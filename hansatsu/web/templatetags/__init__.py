"""Template tags: amounts, days, assets."""
