"""One issuer sees nothing of another: every row has its issuer, kept by the database too."""
