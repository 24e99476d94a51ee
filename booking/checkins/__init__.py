"""Three numbers around a session, and the trend they make."""
