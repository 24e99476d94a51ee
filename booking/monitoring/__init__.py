"""Whether messages get out, and who is told where they do not."""
