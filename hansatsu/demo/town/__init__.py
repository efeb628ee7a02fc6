"""Who and what is in the demo's two towns. All of it is fictional."""
