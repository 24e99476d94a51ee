import smtplib
from email.message import EmailMessage

import pytest

INVITE = "BEGIN:VCALENDAR\r\nSUMMARY:Massage\r\nEND:VCALENDAR\r\n"


@pytest.fixture
def smtp(world):
    with smtplib.SMTP("127.0.0.1", world.sandbox.smtp_port, timeout=5) as connection:
        yield connection


def invitation(to, subject="Your session is booked"):
    mail = EmailMessage()
    mail["Subject"], mail["From"], mail["To"] = subject, "Clinic <clinic@example.org>", to
    mail.set_content("See you at ten.\nhttps://example.org/a/token")
    mail.add_alternative("<p>See you at <b>ten</b>.</p>", subtype="html")
    mail.add_attachment(INVITE.encode(), maintype="text", subtype="calendar", filename="invite.ics")
    return mail


def mails_to(world, address):
    return world.get("/control/mails", to=address).json()


def test_a_mail_is_caught_with_its_texts_and_attachments(world, smtp):
    smtp.send_message(invitation("alice@example.org"))

    [mail] = mails_to(world, "alice@example.org")
    assert mail["subject"] == "Your session is booked"
    assert (mail["from"], mail["to"]) == ("Clinic <clinic@example.org>", "alice@example.org")
    assert mail["text"].startswith("See you at ten.")
    assert "<b>ten</b>" in mail["html"]
    [part] = mail["attachments"]
    assert (part["name"], part["type"]) == ("invite.ics", "text/calendar")
    assert "SUMMARY:Massage" in part["text"]


def test_mails_are_told_apart_by_the_envelopes_address(world, smtp):
    smtp.send_message(invitation("Bea@example.org"))

    assert len(mails_to(world, "bea@example.org")) == 1
    assert mails_to(world, "nobody@example.org") == []


def test_any_login_is_right(world, smtp):
    smtp.login("anybody", "any word")

    smtp.send_message(invitation("login@example.org"))

    assert len(mails_to(world, "login@example.org")) == 1


def test_a_mail_beyond_the_limit_is_refused(world, smtp):
    mail = invitation("large@example.org")
    mail.add_attachment(b"x" * 11_000_000, maintype="application", subtype="octet-stream")

    with pytest.raises(smtplib.SMTPException):
        smtp.send_message(mail)

    assert mails_to(world, "large@example.org") == []


def test_broken_mails_are_caught_all_the_same(world, smtp):
    broken = (
        b"Subject: =?nonsense?B?//8=?=\r\nContent-Type: text/plain; charset=nobody-knows\r\n"
        b"Content-Transfer-Encoding: base64\r\n\r\n@@@\xff\r\n"
    )

    smtp.sendmail("a@example.org", ["broken@example.org"], broken)

    assert len(mails_to(world, "broken@example.org")) == 1


def test_the_page_shows_the_mail_and_its_invitation(world, smtp):
    smtp.send_message(invitation("page@example.org"))
    [mail] = mails_to(world, "page@example.org")

    page = world.get(f"/mail/{mail['id']}").text
    saved = world.get(f"/mail/{mail['id']}/parts/0")

    assert "Your session is booked" in page
    assert "SUMMARY:Massage" in page
    assert 'href="https://example.org/a/token"' in page
    assert saved.text == INVITE
    assert "attachment" in saved.headers["Content-Disposition"]
    assert world.get(f"/mail/{mail['id']}/parts/9").status_code == 404
    assert world.get("/mail/999999").status_code == 404


def test_a_mails_html_can_run_and_fetch_nothing(world, smtp):
    mail = invitation("hostile@example.org", subject="<script>alert(1)</script>")
    smtp.send_message(mail)
    [caught] = mails_to(world, "hostile@example.org")

    frame = world.get(f"/mail/{caught['id']}/html")
    page = world.get(f"/mail/{caught['id']}").text

    policy = frame.headers["Content-Security-Policy"]
    assert "sandbox" in policy
    assert "allow-scripts" not in policy
    assert "default-src 'none'" in policy
    assert "<script>alert" not in page
    assert "<b>ten</b>" not in page
