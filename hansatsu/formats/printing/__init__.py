"""Setting type for paper: PDF files from templates. Knows typst and the fonts, nothing of ours."""
