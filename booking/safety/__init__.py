"""Red flags, and the alerts they raise."""
