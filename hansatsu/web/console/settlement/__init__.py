"""精算: closings and what they say to shops, what changes it by two people, who owes."""
