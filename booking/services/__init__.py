"""What the clinic does: each takes a Session, the clinic's policies and the time."""
