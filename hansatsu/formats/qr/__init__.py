"""QR codes: what stands in a shop's poster, and how it is drawn. Pure text in, pure text out."""
