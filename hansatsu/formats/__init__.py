"""Paper, codes and files as others define them: QR, sheets, bank files, print, Japanese text.

Knows no table and no issuer; may import nothing of ours.
"""
