"""Builders and the cast: a clinic that a test drives in the clinic's own words."""
