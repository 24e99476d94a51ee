"""The clinic's rules: pure functions of their arguments, no clock, no input or output."""
