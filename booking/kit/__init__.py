"""Tools without a word of the clinic."""
