"""Gift codes (ギフトコード): value that whoever holds the code takes into a wallet, once."""
