"""How often one visitor may try what costs something: holding, booking, acting by a link."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

from flask import Flask, Response, current_app, request
from flask_limiter import Limiter
from limits import parse
from limits.storage import MemoryStorage
from redis.exceptions import RedisError

from booking.settings import Settings
from booking.web.guard import SAFE_METHODS, CarrierSigned, rule_of_request
from booking.web.visitor import visitor

View = TypeVar("View", bound=Callable[..., Any])

HOLD_LIMIT = "60 per minute; 600 per hour"
BOOK_LIMIT = "60 per minute; 600 per hour"
SIGN_IN_LIMIT = "60 per minute"
"""Against floods alone. A browser that keeps a device's secret counts for itself, so that nobody
beside it can use this up; wrong passwords are counted in the database (accounts.sign_ins)."""
LINK_LIMIT = "120 per minute"
"""For actions behind a link: nobody needs more, and guessing tokens gets slower."""

MOST_A_TRY_COUNTS = 10
"""The smallest limit's size: with more processes than this one try must still be possible."""

_PROCESSES = "LUPINE_WEB_PROCESSES"

READ_LIMIT = "600 per minute"
"""For opening any one page: a whole clinic behind one address reads less."""


def what_a_try_counts() -> int:
    """Return how much one try counts.

    Where each process counts for itself, a try counts as many times as there are processes: so
    all of them together let no more through than one limit, whichever answers.
    """
    if not isinstance(limiter.limiter.storage, MemoryStorage):
        return 1
    return min(int(current_app.config[_PROCESSES]), MOST_A_TRY_COUNTS)


def _is_no_page() -> bool:
    """Whether a request opens no page for somebody: it asks for us to be well, or changes things.

    What changes things has limits of its own; the carrier's calls come from few addresses.
    """
    rule = rule_of_request()
    is_read = request.method in SAFE_METHODS
    return not is_read or request.blueprint == "health" or isinstance(rule, CarrierSigned)


limiter = Limiter(
    key_func=visitor,
    strategy="moving-window",
    default_limits=[READ_LIMIT],
    default_limits_exempt_when=_is_no_page,
    default_limits_cost=what_a_try_counts,
)


def install_limits(app: Flask, settings: Settings) -> None:
    """Count in Redis where there is one, so that all processes share it; else in the process."""
    app.config.update(
        {
            "RATELIMIT_STORAGE_URI": settings.redis_url or "memory://",
            "RATELIMIT_KEY_PREFIX": "lupine",
            "RATELIMIT_HEADERS_ENABLED": False,
            # A Redis outage must not close the site.
            "RATELIMIT_IN_MEMORY_FALLBACK_ENABLED": True,
            _PROCESSES: settings.web_processes,
        }
    )
    limiter.init_app(app)


def may_try(rate: str, who: str) -> bool:
    """Count a try of somebody in the middle of a request; returns False where it is one too many.

    A Redis outage must not close the site: wrong passwords are counted in the database as well.
    """
    try:
        return limiter.limiter.hit(parse(rate), "try", who, cost=what_a_try_counts())
    except RedisError:
        return True


def limited(
    rate: str,
    *,
    by: Callable[[], str] = visitor,
    counts: Callable[[Response], bool] | None = None,
) -> Callable[[View], View]:
    """Let one visitor, or whoever else `by` names, call a view no more often than a rate.

    With `counts`, only answers of which it is true count.
    """
    return cast(
        Callable[[View], View],
        limiter.limit(rate, key_func=by, cost=what_a_try_counts, deduct_when=counts),
    )
