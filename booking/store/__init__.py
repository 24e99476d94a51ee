"""Queries: they take a Session and never commit."""
