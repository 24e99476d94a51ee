"""Who may be booked, where and when."""
