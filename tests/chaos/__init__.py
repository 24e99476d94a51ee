"""Proves the message engine by crashes: `python -m tests.chaos`, told in docs/chaos.md."""
