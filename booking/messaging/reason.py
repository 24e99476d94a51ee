"""Why a message stands where it does, in one word; staff reads the words of web/staff."""

from enum import StrEnum


class Reason(StrEnum):
    """Why a message waits, ended, or was taken back."""

    QUIET_HOURS = "quiet_hours"
    ENOUGH_TEXTS = "enough_texts"
    ENOUGH_SET_OFF = "enough_set_off"
    OPTED_OUT = "opted_out"
    NO_CONSENT = "no_consent"
    COUNTRY_NOT_TEXTED = "country_not_texted"
    TOO_LATE = "too_late"
    TOO_LATE_STOPPED = "too_late_stopped"
    """Its time ended while texts were stopped."""

    OTHER_TIME = "other_time"
    """What it is about has another time by now."""
    IS_HELD = "is_held"
    IS_ARRIVED = "is_arrived"
    IS_DONE = "is_done"
    IS_MISSED = "is_missed"
    IS_CANCELLED = "is_cancelled"
    NEEDS_REASSIGNMENT = "needs_reassignment"
    HAS_BEGUN = "has_begun"
    THERAPIST_NOT_ELIGIBLE = "therapist_not_eligible"

    MOVED = "moved"
    CANCELLED = "cancelled"
    SESSION_DONE = "session_done"
    SESSION_MISSED = "session_missed"
    PATIENT_HERE = "patient_here"
    ZONE_RULES = "zone_rules"
    THERAPIST_UNAVAILABLE = "therapist_unavailable"
    ANSWERED = "answered"
    LINK_CLOSED = "link_closed"
    BY_CLINIC = "by_clinic"

    NEVER_TAKEN = "never_taken"
    NEVER_TAKEN_TOO_LATE = "never_taken_too_late"
    WORKER_STOPPED = "worker_stopped"
    UNRENDERABLE = "unrenderable"
    """Nobody could make its words: it failed, and alarms."""
    OTHER_SIDE = "other_side"
    """What was met on the way there, which the history tells."""
