"""However an address is spelled, whoever gets the mail is one."""

import pytest

from booking.messaging.rules.recipient import counted_as


@pytest.mark.parametrize(
    "spelled",
    ["jodoe@example.org", "Jo.Doe@Example.org", "jodoe+1@example.org", "j.o.d.o.e+x+y@example.org"],
)
def test_spellings_of_one_address_count_as_one(spelled):
    assert counted_as(spelled) == "jodoe@example.org"


@pytest.mark.parametrize("other", ["jodoe@example.net", "jodo@example.org", "+12125550111"])
def test_another_recipient_counts_for_itself(other):
    assert counted_as(other) == other


@pytest.mark.parametrize("odd", ["+1@example.org", "...@example.org"])
def test_an_address_of_nothing_but_marks_keeps_them(odd):
    assert counted_as(odd) == odd
