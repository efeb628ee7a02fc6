"""The shop site's pages, a file each."""
