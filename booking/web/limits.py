"""How often one address may try what costs something: signing in, holding, booking."""

from flask import Flask
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

from booking.settings import Settings

SIGN_IN_LIMIT = "10 per minute; 60 per hour"
HOLD_LIMIT = "60 per minute; 600 per hour"
BOOK_LIMIT = "60 per minute; 600 per hour"
LINK_LIMIT = "120 per minute"
"""For actions behind a link: nobody needs more, and guessing tokens gets slower."""

limiter = Limiter(key_func=get_remote_address, strategy="moving-window")


def install_limits(app: Flask, settings: Settings) -> None:
    """Count in Redis where there is one, so that all processes share it; else in the process."""
    app.config.update(
        RATELIMIT_STORAGE_URI=settings.redis_url or "memory://",
        RATELIMIT_KEY_PREFIX="lupine",
        RATELIMIT_HEADERS_ENABLED=False,
        # A Redis outage must not close the site.
        RATELIMIT_IN_MEMORY_FALLBACK_ENABLED=True,
    )
    limiter.init_app(app)
