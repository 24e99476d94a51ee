"""Who the clinic is, and the numbers it may change."""
