"""The hosted pages of the sandbox provider: what a payer sees there. No money moves."""
