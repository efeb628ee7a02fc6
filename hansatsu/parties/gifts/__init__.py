"""Gift codes (ギフトコード): value that the holder of the code takes into a wallet, once."""
