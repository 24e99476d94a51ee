"""Staff who sign in."""
