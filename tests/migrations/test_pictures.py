"""The step that counts pictures: opt-outs of Mexican phones come to stand for the right number."""

from flask_migrate import downgrade, upgrade
from sqlalchemy import text

from booking.kit.db import db
from tests.migrations.kinds import ON_BOTH

pytestmark = ON_BOTH

ADD = text("INSERT INTO opt_out (phone, sender, since, source) VALUES (:phone, 'S', :at, 'text')")


def _numbers():
    with db.engine.connect() as connection:
        return set(connection.scalars(text("SELECT phone FROM opt_out")))


def test_an_opt_out_kept_under_a_carriers_old_form_holds_for_the_phone_itself(steps):
    upgrade(revision="0012")
    with db.engine.begin() as connection:
        for phone in ("+5215512345678", "+5215587654321", "+525587654321", "+12125550134"):
            connection.execute(ADD, {"phone": phone, "at": "2026-03-05 14:00:00"})

    upgrade(revision="0013")

    assert _numbers() == {"+525512345678", "+5215587654321", "+525587654321", "+12125550134"}
    downgrade(revision="0012")
    assert "+525512345678" in _numbers()


def test_a_text_from_before_has_no_pictures(steps):
    upgrade(revision="0012")
    with db.engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO inbound_message (sid, phone, recipient, body, received_at, attempts,"
                " needs_person) VALUES ('SM1', '+1', '+2', :body, :at, 0, :no)"
            ),
            {"body": b"x", "at": "2026-03-05 14:00:00", "no": False},
        )

    upgrade(revision="0013")

    with db.engine.connect() as connection:
        found = connection.execute(
            text("SELECT media_count, media_types, reason FROM inbound_message")
        ).one()
    assert tuple(found) == (0, None, None)
