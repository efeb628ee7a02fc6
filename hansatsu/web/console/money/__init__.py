"""Orders, money that waits for a decision, and transfers."""
