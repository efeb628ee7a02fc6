"""The pages of the wallet site, a module each."""
