"""The ledger in words."""

import pytest

from booking.messaging.message import MessageState
from booking.web.staff.message_lines import STATE_WORDS, masked_mail


@pytest.mark.parametrize("state", MessageState)
def test_every_state_of_a_message_has_words_for_staff(state):
    assert STATE_WORDS[state]


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("ana@example.org", "a***@example.org"),
        ("a@example.org", "a***@example.org"),
        ("odd@name@example.org", "o***@example.org"),
        ("no-address", "***"),
    ],
)
def test_a_mail_address_keeps_its_first_letter_and_its_domain(address, shown):
    assert masked_mail(address) == shown
