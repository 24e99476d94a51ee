"""What a file of the broker holds: one tick, of which nothing is taken that could end a worker.

Celery trusts what its broker brings: a header of the wrong kind ends the whole worker, and a body
that cannot be unpacked takes one of its threads for good.
"""

import base64
from datetime import datetime
from typing import Annotated, Any, Literal

from kombu.utils.json import loads
from pydantic import AfterValidator, AwareDatetime, BaseModel, Field, StrictStr, ValidationError

from workers.spool import Unreadable

FAULTS = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)
"""What JSON raises that was written by nobody we know."""


def _unpacks(body: str) -> str:
    """Check that a body is what Celery unpacks: positional arguments, named ones, and the rest."""
    try:
        parts = loads(base64.b64decode(body, validate=True))
    except FAULTS as error:
        raise ValueError("it has no body") from error
    match parts:
        case [list(), dict(), dict()]:
            return body
    raise ValueError("its body has other parts")


Name = Annotated[StrictStr, Field(min_length=1, max_length=200)]
Seconds = Annotated[float, Field(strict=True, gt=0, lt=1_000_000)]


class _Headers(BaseModel):
    task: Name
    id: Name
    root_id: Name | None = None
    expires: AwareDatetime | None = None
    eta: None = None
    retries: Annotated[int, Field(strict=True, ge=0, le=1_000)] = 0
    timelimit: tuple[Seconds | None, Seconds | None] = (None, None)
    ignore_result: bool | None = None


class _Delivery(BaseModel):
    exchange: StrictStr
    routing_key: Name


class _Properties(BaseModel):
    delivery_tag: Name
    delivery_info: _Delivery
    body_encoding: Literal["base64"]
    correlation_id: Name | None = None


class _Tick(BaseModel):
    """A message with the parts that we know, and no others."""

    body: Annotated[StrictStr, AfterValidator(_unpacks)]
    content_type: Literal["application/json"] = Field(alias="content-type")
    content_encoding: Literal["utf-8"] = Field(alias="content-encoding")
    headers: _Headers
    properties: _Properties


def read_tick(content: bytes, now: datetime) -> dict[str, Any] | None:
    """Return the message in a file, or None where its time is over.

    Raises Unreadable where it is none.
    """
    try:
        tick = _Tick.model_validate_json(content)
    except ValidationError as wrong:
        first = wrong.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(one) for one in first["loc"]) or "file"
        raise Unreadable(f"{where}: {first['msg']}") from wrong
    if tick.headers.expires is not None and tick.headers.expires < now:
        return None
    return tick.model_dump(mode="json", by_alias=True)
