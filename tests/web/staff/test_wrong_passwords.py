"""Wrong passwords slow down whoever gives them, and nobody else."""

from booking.accounts import passwords
from booking.accounts.models import KnownDevice, SignInFailure
from booking.audit.models import AuditEvent
from tests.web.staff_cast import PASSWORD


def wrong(staff, times, *, email="dana@example.org", address="203.0.113.7", browser=None):
    """Try wrong passwords from an address; returns the last answer."""
    browser = browser or staff.browser()
    browser.client.environ_base["REMOTE_ADDR"] = address
    for _ in range(times):
        page = browser.get("/staff/sign-in")
        page = page.form("/sign-in").send(email=email, password="a wrong password")
    return page


def right(staff, *, address, browser=None, email="dana@example.org"):
    browser = browser or staff.browser()
    browser.client.environ_base["REMOTE_ADDR"] = address
    return browser.get("/staff/sign-in").form("/sign-in").send(email=email, password=PASSWORD)


def test_wrong_passwords_slow_down_whoever_gives_them(staff):
    assert wrong(staff, 5).status == 401

    answer = wrong(staff, 1)

    assert answer.status == 429
    assert "try again in 5 seconds" in answer.text
    assert answer.headers["Retry-After"] == "5"
    staff.clock.pass_(seconds=6)
    assert wrong(staff, 1).status == 401
    assert "try again in 10 seconds" in wrong(staff, 1).text


def test_the_longest_wait_is_minutes_and_trying_while_one_waits_makes_it_no_longer(staff):
    for _ in range(14):
        wrong(staff, 1)
        staff.clock.pass_(minutes=3)
    for _ in range(5):
        assert wrong(staff, 1).status in {401, 429}

    staff.clock.pass_(minutes=5, seconds=1)

    assert right(staff, address="203.0.113.7").path == "/staff/"


def test_strangers_cannot_lock_anybody_out(staff):
    for number in range(1, 12):
        wrong(staff, 6, address=f"203.0.113.{number}")

    assert right(staff, address="198.51.100.4").path == "/staff/"


def test_strangers_behind_the_same_address_cannot_lock_out_a_known_device(staff):
    browser = staff.browser()
    right(staff, address="203.0.113.7", browser=browser).form("/sign-out").press()
    wrong(staff, 6)
    wrong(staff, 25, email="somebody@example.org")
    assert right(staff, address="203.0.113.7").status == 429, "an unknown device waits"

    assert right(staff, address="203.0.113.7", browser=browser).path == "/staff/"


def test_a_device_is_known_to_the_account_that_signed_in_with_it_only(staff):
    browser = staff.browser()
    right(staff, address="203.0.113.7", browser=browser, email="theo@example.org").form(
        "/sign-out"
    ).press()
    wrong(staff, 6)

    assert right(staff, address="203.0.113.7", browser=browser).status == 429


def test_one_address_that_tries_many_accounts_is_slowed_down_too(staff):
    statuses = [
        wrong(staff, 1, email=f"someone{number}@example.org").status for number in range(21)
    ]

    assert statuses == [401] * 20 + [429]


def test_a_wait_of_one_house_is_counted_by_its_ipv6_network(staff):
    wrong(staff, 5, address="2001:db8:1:2::7")

    assert wrong(staff, 1, address="2001:db8:1:2:ffff::1").status == 429


def test_the_secret_of_a_device_is_kept_from_scripts_and_other_sites(staff):
    browser = staff.signed_in("dana")

    cookie = browser.client.get_cookie("lupine-device")

    assert cookie.http_only
    assert cookie.same_site == "Lax"
    with staff.database.read_only() as session:
        assert cookie.value not in str(session.query(KnownDevice.device).all())


def test_signing_in_out_and_in_vain_are_on_record(staff):
    staff.signed_in("dana").get("/staff/").form("/sign-out").press()
    wrong(staff, 1)
    wrong(staff, 1, email="nobody@example.org")

    with staff.database.read_only() as session:
        found = session.query(AuditEvent.action, AuditEvent.subject_id).all()
    dana = staff.users["dana"]
    assert ("signed_in", dana) in found
    assert ("signed_out", dana) in found
    assert ("sign_in_failed", dana) in found
    assert ("sign_in_failed", None) in found


def test_no_wrong_try_is_kept_with_an_address_that_can_be_read(staff):
    wrong(staff, 1)

    with staff.database.read_only() as session:
        [kept] = session.query(SignInFailure).all()
        written = f"{kept.account} {kept.caller} {kept.address}"
    assert "203.0.113" not in written
    assert "dana" not in written


def test_a_password_is_checked_while_nobody_waits_to_write(staff, monkeypatch):
    held = []
    check = passwords.check

    def watching(*arguments, **named):
        held.append(staff.database._writer._lock.locked())
        return check(*arguments, **named)

    monkeypatch.setattr(passwords, "check", watching)
    staff.signed_in("dana")
    wrong(staff, 1)

    assert held == [False, False]


def test_more_passwords_than_can_be_checked_are_answered_503(staff, monkeypatch):
    monkeypatch.setattr(passwords, "LONGEST_WAIT_S", 0.01)
    page = staff.browser().get("/staff/sign-in").form("/sign-in")
    with passwords._turn():
        answer = page.send(email="dana@example.org", password=PASSWORD)

    assert answer.status == 503
    assert answer.headers["Retry-After"]
