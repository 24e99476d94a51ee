"""The outbox, its delivery and the carrier; knows no session."""
