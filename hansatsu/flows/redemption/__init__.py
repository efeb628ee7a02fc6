"""チャージ (QRコード): what a gift code or a card holds goes into a resident's wallet, once."""
