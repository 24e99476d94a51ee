"""Every column that can be read in the database beside a patient, and why it is not encrypted.

A column that is neither encrypted nor here fails the contract: whoever adds one decides.
"""

NOT_ABOUT_PATIENTS = frozenset(
    {
        "account_link",
        "block",
        "credential",
        "day_override",
        "device_pin",
        "known_device",
        "location",
        "passkey",
        "recovery_code",
        "second_factor",
        "sender",
        "service",
        "sign_in_failure",
        "spent_challenge",
        "staff_session",
        "therapist",
        "tick",
        "user_account",
        "weekly_hours",
    }
)
"""Tables of the clinic's own: nothing in them leads to a patient."""

WHO = (
    "who it is and how to reach them: needed to find, to call and to send, and said to be readable"
)
CODE = "an id, a key or a digest under a key; no word of a patient"
WHEN_WHERE = "when and where a session is, which the calendar searches"
MACHINERY = "the outbox's own book-keeping"
HOW_SENT = "how our messages go: language, zone, channel, consent"
STATE = "where it stands; it tells that a clinician is asked or an alert is open, not about what"
ASKED = (
    "what was asked of a patient, not what they said; the third day is asked after a worse first"
)
ACT = "what was done, and by whom; never what was told"

READABLE = {
    "alert": {
        "source_key": CODE,
        "inbound_sid": CODE,
        "state": STATE,
    },
    "answer": {"source": "by text or on the web"},
    "appointment": {
        "therapist_id": WHEN_WHERE,
        "state": STATE,
        "patient_zone": HOW_SENT,
        "wall_start": WHEN_WHERE,
        "wall_zone": WHEN_WHERE,
        "wall_offset": WHEN_WHERE,
        "version": MACHINERY,
        "reason": "who cancelled it, or how a hold ended; a hold has no patient",
        "by_mail_only": HOW_SENT,
        "asked_settings": HOW_SENT,
        "proven_by": "how it showed who booked",
        "visitor": CODE,
        "browser": CODE,
    },
    "audit_event": {"id": CODE, "actor": ACT, "action": ACT, "subject": ACT},
    "check_in": {"kind": ASKED},
    "clearance": {},
    "closed_link": {"mark": CODE},
    "consent": {
        "kind": HOW_SENT,
        "given": HOW_SENT,
        "version": HOW_SENT,
        "wording": "our own words; an opt-out's are only kept where there is nothing beside them",
        "source": HOW_SENT,
        "phone": WHO,
    },
    "inbound_message": {
        "sid": CODE,
        "phone": WHO,
        "recipient": "our own number, or the page a note was left on",
        "attempts": MACHINERY,
        "needs_person": "whether somebody still has to read it",
        "reason": "what the reader has to know of how it was taken, nothing of what it says",
        "media_count": "how many pictures came with it, which the carrier keeps",
        "media_types": "of what kind they are, such as image/jpeg",
    },
    "intake": {},
    "joined_cause": {"source_key": CODE, "inbound_sid": CODE},
    "message": {
        "dedupe_key": CODE,
        "kind": "what it is about; which safety text it is stands encrypted in sealed_kind",
        "channel": HOW_SENT,
        "lane": MACHINERY,
        "appointment_version": MACHINERY,
        "recipient": WHO,
        "counted_as": WHO,
        "repeated_as": MACHINERY,
        "lead_hours": MACHINERY,
        "language": HOW_SENT,
        "zone": HOW_SENT,
        "facts": "who wrote it, an alarm, or of whose account it tells; never about a patient",
        "state": MACHINERY,
        "attempts": MACHINERY,
        "lease_owner": MACHINERY,
        "provider_sid": CODE,
        "error_code": MACHINERY,
        "reason": MACHINERY,
        "reason_code": MACHINERY,
        "body_digest": CODE,
        "segments": MACHINERY,
    },
    "message_event": {
        "id": CODE,
        "what": MACHINERY,
        "type": MACHINERY,
        "state": MACHINERY,
        "detail": MACHINERY,
    },
    "opt_out": {"phone": WHO, "sender": HOW_SENT, "source": HOW_SENT},
    "patient": {
        "match_key": "a digest of name, phone and mail, which stand beside it",
        "name": WHO,
        "phone": WHO,
        "email": WHO,
        "zone": HOW_SENT,
        "language": HOW_SENT,
        "wants_optional_reminder": HOW_SENT,
        "discreet": HOW_SENT,
    },
    "question": {"phone": WHO, "topic": ASKED},
}
