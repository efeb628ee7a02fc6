"""What is stored sealed or as a digest: secrets, bank accounts, codes."""
