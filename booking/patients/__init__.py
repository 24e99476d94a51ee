"""Who books, and what they agreed to."""
