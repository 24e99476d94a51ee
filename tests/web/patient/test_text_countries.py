"""Whom our texts do not reach is told so before booking, and on the appointment's page."""

from tests.web.world import ANA

ABROAD = "+1 876 555 1234"
BY_MAIL = "everything about this session comes by mail"


def test_the_form_says_which_numbers_are_texted(held):
    assert "only to numbers of United States" in held.text


def test_a_form_that_needs_another_look_says_that_this_number_is_not_texted(held):
    again = held.form().send(**{**ANA, "phone": ABROAD, "name": ""})

    assert again.status == 422
    assert "a country that our texts do not go to" in again.text
    assert again.value_of("phone") == ABROAD


def test_whoever_is_of_another_country_can_book_and_the_page_says_how_news_comes(held):
    booked = held.form().send(**{**ANA, "phone": ABROAD})

    assert booked.heading == "You are booked"
    assert BY_MAIL in booked.text


def test_whoever_is_texted_reads_nothing_of_it(booked):
    assert BY_MAIL not in booked.text
