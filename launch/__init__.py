"""Sets the project up on a bare machine and runs all its processes together."""
