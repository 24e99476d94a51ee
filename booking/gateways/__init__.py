"""The outside world: the carrier, the mail server, and the words that go to them."""
