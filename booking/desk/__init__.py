"""What staff reads across slices."""
