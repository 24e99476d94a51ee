"""Pages on which administrators change what is the clinic's own."""
