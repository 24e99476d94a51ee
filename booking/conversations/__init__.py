"""What a text from a phone means and sets in motion."""
