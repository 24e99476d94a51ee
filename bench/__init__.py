"""`make bench`: what Lupine does in a second, and how late it is, beside the naive design."""
