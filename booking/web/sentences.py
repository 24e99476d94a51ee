"""What people read where the clinic's rules refuse something: a sentence for every `why`."""

from collections.abc import Mapping
from typing import Final

from booking.kit.errors import DomainError, Flaw, InvalidInput
from booking.scheduling.states import State, Transition
from booking.web.language import gettext, marked, number
from booking.web.problems import problem_of

SENTENCES: Final[Mapping[str, str]] = {
    "name_missing": marked("Please enter your name."),
    "name_too_long": marked("Please shorten your name to %(longest)s letters."),
    "name_with_address": marked(
        "Please write only your name, without a web address. Put a space after a full stop."
    ),
    "name_with_signs": marked(
        "Please write only your name: letters, spaces, hyphens and apostrophes."
    ),
    "phone_missing": marked("Please enter your mobile number."),
    "phone_not_in_digits": marked("Please write the number in digits, such as 212 555 0134."),
    "phone_not_a_number": marked(
        "This is not a phone number. Please write it in digits, such as 212 555 0134."
    ),
    "phone_country_unknown": marked("We do not know this country code. Please check the number."),
    "phone_too_long": marked("This number has too many digits. Please check it."),
    "phone_too_short": marked("This number has too few digits. Please check it."),
    "phone_incomplete": marked(
        "This does not look like a complete phone number. Please check the digits."
    ),
    "phone_takes_no_texts": marked(
        "This number cannot receive texts. Please enter a mobile number."
    ),
    "phone_maybe_without_plus": marked("%(otherwise)s If it is a number here, leave out the +."),
    "phone_of_two_countries": marked(
        "With a + this is a number of another country (+%(country_code)s). If yours is a number "
        "here, leave out the +. If it is of that country, begin it with 00%(country_code)s."
    ),
    "email_missing": marked("Please enter your mail address."),
    "email_name_not_ascii": marked(
        "We cannot write to an address with these letters before the @. Please enter another one."
    ),
    "email_malformed": marked("This does not look like a mail address. Please check it."),
    "consent_needed_treatment": marked(
        "Please agree to the session itself, or call us to talk about it."
    ),
    "consent_needed_health_data": marked(
        "We need this to keep your answers. Call us if you have doubts."
    ),
    "consent_needed_sharing": marked(
        "Your therapist needs your answers to adapt the session to you."
    ),
    "question_unknown": marked("This form has no such question."),
    "answer_missing": marked("Please choose an answer; you can also choose to talk about it."),
    "answer_not_offered": marked("Please choose from the answers offered."),
    "answer_not_the_only_one": marked("Please choose one answer only."),
    "answer_beside_none": marked("You chose an answer and “none” as well. Please choose again."),
    "answer_too_long": marked("Please keep this under %(longest)s characters."),
    "place_missing": marked("Please mark where, or choose to talk about it."),
    "score_not_in_range": marked("Please choose a whole number from %(lowest)s to %(highest)s."),
    "number_not_chosen": marked("Please choose a number from 0 to %(highest)s."),
    "note_too_long": marked("Please keep your note under %(longest)s characters."),
    "check_in_closed": marked("This check-in has closed. Thank you all the same."),
    "check_in_answered": marked("Your answer was kept already. Thank you."),
    "too_late_to_change": marked(
        "Changes are possible online until %(hours)s hours before the session. "
        "Please call us: %(phone)s."
    ),
    "session_begun": marked("This session has already begun."),
    "not_movable": marked("This appointment cannot be moved any more."),
    "not_kept": marked("This time is no longer kept."),
    "move_from_state": marked("An appointment that is %(state)s cannot be %(step)s."),
    "move_before_start": marked("A session cannot be %(step)s before it has begun."),
    "missing": marked("Please fill this in."),
    "date_missing": marked("Please enter a date."),
    "day_in_future": marked("This day has not come yet."),
    "clearance_too_short": marked("The clearance has to last until the session."),
    "reply_missing": marked("Write something first."),
    "reply_too_long": marked("Please keep it to %(longest)s characters: these are %(length)s."),
    "reply_tells": marked(
        "A text can be read by whoever holds the phone. Leave out “%(word)s”, or call."
    ),
    "phone_stopped": marked(
        "This phone has stopped our texts, so no text may go to it. Call instead; "
        "texts go on when the patient texts START."
    ),
    "alert_closed": marked("This alert is closed already."),
    "outcome_missing": marked("Say what came of it before you close it."),
    "outcome_not_chosen": marked("Choose what came of it, then close the alert."),
    "outcome_note_too_long": marked("Please keep the note under %(longest)s characters."),
    "more_has_come": marked(
        "More has come since you opened this page. Please read it, then close the alert."
    ),
    "password_too_short": marked("A password has at least %(shortest)s characters."),
    "password_too_long": marked("A password has at most %(longest)s characters."),
    "password_guessable": marked(
        "This is too easy to guess: take more different letters, and not your mail address."
    ),
    "therapist_missing": marked("Please choose whose calendar it is."),
    "therapist_unknown": marked("There is no therapist of this name."),
    "last_administrator": marked(
        "This is the only account left that can administer. Make another administrator first."
    ),
    "account_in_use": marked("This invitation was taken already, or the account is off."),
    "account_not_in_use": marked("Nobody can sign in to this account yet, or any more."),
    "account_link_closed": marked("This link was used already, or a newer one was sent."),
    "account_link_expired": marked("This link is too old. Ask for another one."),
    "code_wrong": marked("This code is not right, or was used before. Take the next one."),
    "code_too_late": marked("The code came too late. Please sign in once more."),
    "codes_wait": marked(
        "There were many wrong codes for this account. Please wait an hour, or use a passkey."
    ),
    "codes_in_force": marked("Codes are asked for already."),
    "codes_not_in_force": marked("No codes are asked for."),
    "passkey_refused": marked("This passkey could not be added. Please try again."),
    "passkey_unknown": marked("This passkey opens no account here. Please sign in another way."),
    "passkeys_enough": marked("An account has at most %(most)s passkeys. Remove one first."),
    "pin_not_digits": marked("A PIN has %(shortest)s to %(longest)s digits, and nothing else."),
    "pin_guessable": marked("This PIN is too easy to guess. Please take another."),
    "pin_wrong": marked("The PIN is not right."),
    "pin_not_here": marked("No PIN opens this account here any more. Please sign in in full."),
    "email_has_account": marked("There is an account with this mail address."),
    "role_without_its_therapist": marked(
        "A therapist's account names its therapist; no other account does."
    ),
    "sign_in_wrong": marked("The mail address or the password is not right."),
    "message_has_left": marked("The message has left, or will not leave: it cannot be called off."),
    "message_not_sendable": marked(
        "The message cannot be sent again: it arrived, or it is too late."
    ),
    "message_sent_again": marked("The message was sent again already."),
    "words_refused": marked(
        "The carrier refused this text for its words: the same words are not sent again. "
        "If the patient should know, call."
    ),
}

_STATES: Final[Mapping[State, str]] = {
    State.HELD: marked("held"),
    State.REQUESTED: marked("requested"),
    State.BOOKED: marked("booked"),
    State.CONFIRMED: marked("confirmed"),
    State.ARRIVED: marked("arrived"),
    State.DONE: marked("done"),
    State.MISSED: marked("missed"),
    State.CANCELLED: marked("cancelled"),
    State.NEEDS_REASSIGNMENT: marked("waiting for a new therapist"),
}
_MOVES: Final[Mapping[Transition, str]] = {
    Transition.BOOK: marked("booked"),
    Transition.REQUEST: marked("requested"),
    Transition.GRANT: marked("cleared"),
    Transition.CONFIRM: marked("confirmed"),
    Transition.ARRIVE: marked("marked as arrived"),
    Transition.FINISH: marked("marked as done"),
    Transition.MISS: marked("marked as missed"),
    Transition.CANCEL: marked("cancelled"),
    Transition.MOVE: marked("moved"),
    Transition.RENEW: marked("held again"),
    Transition.RELEASE: marked("given back"),
    Transition.REFUSE: marked("refused for what its form says"),
    Transition.LAPSE: marked("ended as an expired hold"),
    Transition.LOSE_THERAPIST: marked("taken from its therapist"),
    Transition.REASSIGN: marked("given to another therapist"),
}


def sentence(refused: DomainError | Flaw) -> str:
    """Return what to say about a refusal, or about one field of a form.

    One that tells of several fields says what is wrong with each; one that has no sentence of
    its own says what its page would.
    """
    if refused.why in SENTENCES:
        values = {name: _told(value) for name, value in refused.fields.items()}
        return why_sentence(refused.why, values)
    if isinstance(refused, InvalidInput) and refused.flaws:
        return " ".join(field_sentences(refused).values())
    assert isinstance(refused, DomainError), f"no sentence for {refused.why}"
    return gettext(problem_of(refused).message)


def why_sentence(why: str, values: Mapping[str, str] | None = None) -> str:
    """Return the sentence of a `why`."""
    return gettext(SENTENCES[why], **(values or {}))


def field_sentences(wrong: InvalidInput) -> dict[str, str]:
    """Return what to say about each field of a form that needs another look."""
    return {name: sentence(flaw) for name, flaw in wrong.flaws.items()}


def nothing_changed(refused: DomainError) -> str:
    """Return what staff reads where a step could not be taken."""
    return gettext("Nothing changed. %(why)s", why=sentence(refused))


def _told(value: object) -> str:
    match value:
        case Flaw():
            return sentence(value)
        case State():
            return gettext(_STATES[value])
        case Transition():
            return gettext(_MOVES[value])
        case int():
            return number(value)
        case _:
            return str(value)
