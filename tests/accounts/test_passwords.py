"""Passwords: right or not, also where nobody has the account, and renewed where a hash is old."""

import threading
from concurrent.futures import ThreadPoolExecutor, as_completed
from itertools import islice

from argon2 import PasswordHasher

from booking.accounts import passwords

PASSWORD = "a long demo password"


def test_the_right_password_is_right_and_another_is_not():
    kept = passwords.hashed(PASSWORD)

    assert passwords.check(kept, PASSWORD) == passwords.Checked(is_right=True)
    assert not passwords.check(kept, "another").is_right


def test_nobodys_password_is_checked_and_never_right():
    assert not passwords.check(None, "nobody's password").is_right


def test_a_hash_that_cannot_be_read_lets_nobody_in():
    assert not passwords.check("!", "!").is_right
    assert not passwords.check("", "").is_right


def test_a_hash_of_an_older_make_is_made_anew():
    old = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)

    checked = passwords.check(old, PASSWORD)

    assert checked.is_right
    assert passwords.check(checked.new_hash, PASSWORD) == passwords.Checked(is_right=True)


def test_few_strangers_wait_for_their_turn_and_a_known_device_always_may(monkeypatch):
    """Each who waits takes a thread away from everybody else's pages."""
    kept, may_go_on, is_at_it = passwords.hashed(PASSWORD), threading.Event(), threading.Event()
    verify = PasswordHasher.verify

    def slowly(self, *args):
        is_at_it.set()
        assert may_go_on.wait(10)
        return verify(self, *args)

    monkeypatch.setattr(PasswordHasher, "verify", slowly)
    with ThreadPoolExecutor(8) as pool:
        first = pool.submit(passwords.check, kept, "wrong")
        assert is_at_it.wait(10)
        strangers = [pool.submit(passwords.check, kept, "wrong") for _ in range(5)]
        known = pool.submit(passwords.check, kept, PASSWORD, is_known=True)
        sent_away = list(islice(as_completed(strangers, timeout=4), 3))
        may_go_on.set()

    assert all(isinstance(one.exception(), passwords.TooBusy) for one in sent_away)
    assert not first.result().is_right
    assert sum(one.exception() is None for one in strangers) == passwords.STRANGERS_WAITING
    assert known.result().is_right
