"""What a patient tells before a session, and the safety rules on it."""
