"""The design to compare with: one Celery task with an ETA per appointment, one text per task.

Written afresh after the shape of Twilio's appointment-reminder sample: the task looks the
appointment up and hands its text over with the synchronous client; nothing else is kept.
"""

import os
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from celery import Celery
from sqlalchemy import create_engine, text
from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response
from twilio.rest import Client

from booking.kit.clock import WallClock

TABLE = """
CREATE TABLE naive_appointment (
    id integer PRIMARY KEY,
    phone text NOT NULL,
    starts_at timestamptz NOT NULL,
    remind_at timestamptz NOT NULL
);
CREATE TABLE naive_sent (appointment_id integer NOT NULL, at timestamptz NOT NULL)
"""


class _ToTheSimulator(TwilioHttpClient):  # type: ignore[misc]
    """The client's own way out, to another address."""

    def request(self, method: str, url: str, *details: Any, **more: Any) -> Response:
        own = urlsplit(os.environ["TWILIO_BASE_URL"])
        url = urlunsplit((own.scheme, own.netloc, *urlsplit(url)[2:]))
        return super().request(method, url, *details, **more)


app = Celery("naive", broker=os.environ.get("REDIS_URL"))
app.conf.update(task_ignore_result=True, worker_hijack_root_logger=False)
engine = create_engine(os.environ.get("DATABASE_URL", "sqlite://"))
client = Client(
    os.environ.get("TWILIO_ACCOUNT_SID", "AC"),
    os.environ.get("TWILIO_AUTH_TOKENS", "none"),
    http_client=_ToTheSimulator(),
)


@app.task
def remind(appointment_id: int) -> None:
    """Text the patient of an appointment, if it is still there."""
    with engine.begin() as connection:
        row = connection.execute(
            text("SELECT phone, starts_at FROM naive_appointment WHERE id = :id"),
            {"id": appointment_id},
        ).first()
    if row is None:
        return
    body = f"Hi. Just a reminder that you have an appointment at {row.starts_at:%H:%M}."
    client.messages.create(to=row.phone, from_=os.environ["TWILIO_FROM"], body=body)
    with engine.begin() as connection:
        connection.execute(
            text("INSERT INTO naive_sent VALUES (:id, :at)"),
            {"id": appointment_id, "at": WallClock().now()},
        )
