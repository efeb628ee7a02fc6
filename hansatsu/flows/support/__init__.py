"""What the issuer's people do for residents: find, show, tell the story of, set right."""
