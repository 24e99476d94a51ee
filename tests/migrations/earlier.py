"""Rows as the version before the answers were encrypted wrote them."""

from datetime import datetime

from sqlalchemy import MetaData, create_engine, insert, select

from booking.kit.ids import new_id
from booking.kit.keyring import seal

AT = datetime(2026, 3, 2, 15, 0)  # noqa: DTZ001 - as the tables held it
SESSIONS = 3


class Earlier:
    """Writes rows as the version before wrote them."""

    def __init__(self, url):
        self.engine = create_engine(url)
        self.tables = MetaData()
        self.tables.reflect(self.engine)
        self.is_sqlite = self.engine.dialect.name == "sqlite"

    def id(self):
        made = new_id()
        return made.hex if self.is_sqlite else made

    def spelled(self, its):
        """An id as keys hold it, with its dashes."""
        return (
            its
            if not self.is_sqlite
            else "-".join((its[:8], its[8:12], its[12:16], its[16:20], its[20:]))
        )

    def add(self, its_table, /, **values):
        """Insert a row; what must be there and is not given gets something of its type."""
        table = self.tables.tables[its_table]
        for column in table.columns:
            if column.name in values or column.nullable or column.server_default is not None:
                continue
            if column.primary_key and column.autoincrement is True:
                continue
            values[column.name] = self._something(column)
        with self.engine.begin() as connection:
            connection.execute(insert(table).values(**values))
        return values

    def _something(self, column):
        kind = column.type.python_type
        return {str: "x", int: 1, bool: False, float: 1.0, dict: {}, datetime: AT}.get(kind) or (
            b"" if kind is bytes else [] if kind is list else 0
        )

    def rows(self, name):
        table = MetaData()
        table.reflect(self.engine, only=[name])
        with self.engine.connect() as connection:
            return connection.execute(select(table.tables[name])).mappings().all()


def story(earlier):
    """An appointment with an answer that raised two alerts, and the texts that followed."""
    therapist = earlier.add("therapist", id=1, slug="dana", name="Dana")
    place = earlier.add("location", id=earlier.id(), therapist_id=therapist["id"])
    service = earlier.add(
        "service", id=earlier.id(), therapist_id=1, location_id=place["id"], currency="USD"
    )
    patient = earlier.add("patient", id=earlier.id(), match_key="m", phone="+12125550111")
    answers = []
    for number in range(SESSIONS):
        appointment = earlier.add(
            "appointment",
            id=earlier.id(),
            therapist_id=1,
            service_id=service["id"],
            location_id=place["id"],
            patient_id=patient["id"],
            state="cancelled",
            starts_at=AT,
            ends_at=AT.replace(hour=16),
            blocked_from=AT,
            blocked_until=AT.replace(hour=17),
            booked_at=AT,
        )
        check_in = earlier.add(
            "check_in",
            id=earlier.id(),
            appointment_id=appointment["id"],
            patient_id=patient["id"],
            kind="after_24h",
        )
        answers.append(
            earlier.add(
                "answer",
                id=earlier.id(),
                check_in_id=check_in["id"],
                pain=10 - number,
                tiredness=0,
                stiffness=5,
                sleep=None,
                stress=number,
            )
        )
    raised = f"answer:{earlier.spelled(answers[0]['id'])}"
    alert = earlier.add(
        "alert",
        id=earlier.id(),
        tier="crisis",
        patient_id=patient["id"],
        source_key=f"{raised}:crisis",
        state="open",
    )
    earlier.add("joined_cause", source_key=f"{raised}:amber", alert_id=alert["id"])
    earlier.add(
        "inbound_message",
        sid="web-0123",
        phone="+12125550111",
        meaning="scored",
        body=seal("4 6 3"),
        attempts=0,
    )
    earlier.add(
        "alert",
        id=earlier.id(),
        tier="amber",
        source_key="inbound:web-0123",
        inbound_sid="web-0123",
        state="open",
    )
    digest = "a" * 64
    for kind, key in (
        ("crisis", f"crisis:sms:{raised}:crisis"),
        ("on_call_alert", f"on_call_alert:sms:{raised}:crisis"),
        ("emergency", "emergency:sms:inbound:web-0123"),
        ("reminder", "reminder:sms:1:v1:24h"),
    ):
        earlier.add(
            "message",
            id=earlier.id(),
            kind=kind,
            channel="sms",
            dedupe_key=key,
            lane=0,
            state="delivered",
            body_digest=digest,
            facts={},
            language="en",
            zone="UTC",
        )
