"""Who asks: found, read, helped, corrected, refunded."""
