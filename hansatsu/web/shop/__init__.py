"""The shop site (加盟店): the till, today's payments, and the shop's own QR code."""
