"""Finds, starts or installs the servers that tests need."""
