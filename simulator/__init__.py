"""The carrier simulator: Twilio's messaging API, the patients' phones and a mail catcher.

It stands for the outside world, so it imports nothing else of Lupine and knows it only as an
account, a number and a webhook address. Run it with ``python -m simulator``.
"""
