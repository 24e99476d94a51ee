"""Passwords: right or not, also where nobody has the account, and renewed where a hash is old."""

from argon2 import PasswordHasher

from booking.services import passwords

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
