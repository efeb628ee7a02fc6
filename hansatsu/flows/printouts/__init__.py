"""What the issuer prints: cards, gift letters, winners' letters, shops' posters."""
