"""Mail addresses as people type them, in any letters after the @."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.kit.mail_address import InvalidEmail, email_key, on_the_wire, parse_email
from booking.web.sentences import sentence


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("ana@example.org", "ana@example.org"),
        (" Ana.B+c@Sub-host.example.org ", "Ana.B+c@sub-host.example.org"),
        ("o'neil_7@example.co.uk", "o'neil_7@example.co.uk"),
        ("ana@müller.de", "ana@müller.de"),
        ("ana@xn--mller-kva.de", "ana@müller.de"),
        ("ana@例子.广告", "ana@例子.广告"),
        ("\u200eana@example.org\u200b", "ana@example.org"),
        ("mailto:ana@example.org", "ana@example.org"),
    ],
)
def test_an_address_is_read_however_it_is_typed(typed, address):
    assert parse_email(typed) == address


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "ana",
        "ana@",
        "@example.org",
        "ana@example",
        "ana@localhost",
        "ana@[127.0.0.1]",
        "ana@example..org",
        "ana@exa mple.org",
        "ana@example.org, bob@example.org",
        "Ana <ana@example.org>",
        "ana@example.org\r\nBcc: bob@example.org",
        "=?utf-8?q?ana?=@example.org",
        "ana\x00@example.org",
        "ana@exam\x00ple.org",
        "ana\ud800@example.org",
        "jörg@example.org",
        "a@" + "b" * 64 + ".org",
        "a" * 250 + "@example.org",
    ],
)
def test_what_no_mail_reaches_is_refused_in_a_plain_sentence(typed):
    with pytest.raises(InvalidEmail) as caught:
        parse_email(typed)

    assert sentence(caught.value).endswith(".")


def test_the_two_spellings_of_a_domain_are_one_address():
    assert email_key("Ana@Müller.de") == email_key("ana@xn--mller-kva.de")
    assert on_the_wire("ana@müller.de") == "ana@xn--mller-kva.de"


@given(st.text(max_size=60))
def test_any_text_is_an_address_or_refused_and_an_address_can_be_written_to(typed):
    try:
        address = parse_email(typed)
    except InvalidEmail:
        return
    assert on_the_wire(address).isascii()
    assert parse_email(address) == address
