"""What is on sale: emoneys, sales, products."""
