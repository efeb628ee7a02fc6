"""What banks want of us: their numbers and names (全銀)."""
