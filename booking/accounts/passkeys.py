"""Passkeys (WebAuthn): a key on a device, opened with a finger, a face or the device's own PIN.

One shows two things at once, that one has the device and who one is: no code is asked beside it.
"""

import secrets
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import Final
from uuid import UUID

from webauthn import (
    base64url_to_bytes,
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import (
    parse_authentication_credential_json,
    parse_registration_credential_json,
)
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from booking.accounts import factor_queries as factors
from booking.accounts import sessions
from booking.accounts.caller import Caller
from booking.accounts.events import AccountChanged, Change
from booking.accounts.factor_models import Passkey
from booking.accounts.models import StaffSession, User
from booking.accounts.own_account import mine
from booking.accounts.service import is_usable
from booking.audit.service import audit
from booking.clinic.actor import staff_id
from booking.clinic.unit_of_work import UnitOfWork
from booking.kit.errors import InvalidInput, NotFound, NotPermitted
from booking.kit.ids import new_id

CHALLENGE_BYTES: Final = 32
ANSWERED_WITHIN: Final = timedelta(minutes=5)
MOST: Final = 10
LONGEST_ANSWER: Final = 20_000
LONGEST_CREDENTIAL: Final = 1_400
LONGEST_NAME: Final = 60

# What a hostile answer makes the library stumble over, beside its own errors.
_NO_ANSWER = (WebAuthnException, ValueError, TypeError, KeyError, AttributeError, LookupError)


@dataclass(frozen=True)
class Site:
    """The site whose passkeys they are: its host, its origin and its name."""

    host: str
    origin: str
    name: str


@dataclass(frozen=True)
class Answer:
    """What a browser gave back, and the challenge that it was given."""

    text: str
    challenge: str


def new_challenge() -> str:
    """Return a challenge nobody can guess, in base 64."""
    return urlsafe_b64encode(secrets.token_bytes(CHALLENGE_BYTES)).rstrip(b"=").decode()


def mine_all(uow: UnitOfWork) -> Sequence[Passkey]:
    """Return one's own passkeys, the oldest first."""
    return factors.passkeys_of(uow.session, staff_id(uow.actor))


def registration_options(uow: UnitOfWork, site: Site, challenge: str) -> str:
    """Return what a browser needs to make a passkey of one's own account, as JSON."""
    user = mine(uow)
    options = generate_registration_options(
        rp_id=site.host,
        rp_name=site.name,
        user_id=user.id.bytes,
        user_name=user.email,
        user_display_name=user.name,
        challenge=base64url_to_bytes(challenge),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=[
            PublicKeyCredentialDescriptor(id=base64url_to_bytes(one.credential))
            for one in mine_all(uow)
        ],
    )
    return options_to_json(options)


def sign_in_options(site: Site, challenge: str) -> str:
    """Return what a browser needs to show a passkey of this site, as JSON."""
    options = generate_authentication_options(
        rp_id=site.host,
        challenge=base64url_to_bytes(challenge),
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return options_to_json(options)


def add(uow: UnitOfWork, site: Site, answer: Answer, name: str) -> Passkey:
    """Add a passkey to one's own account; raises InvalidInput where the answer is no good."""
    user = mine(uow)
    if len(mine_all(uow)) >= MOST:
        raise InvalidInput("passkeys_enough", most=MOST)
    _spend(uow, answer.challenge)
    try:
        made = verify_registration_response(
            credential=parse_registration_credential_json(answer.text[:LONGEST_ANSWER]),
            expected_challenge=base64url_to_bytes(answer.challenge),
            expected_rp_id=site.host,
            expected_origin=site.origin,
            require_user_verification=True,
        )
    except _NO_ANSWER:
        raise InvalidInput("passkey_refused") from None
    credential = urlsafe_b64encode(made.credential_id).rstrip(b"=").decode()
    too_long = len(credential) > LONGEST_CREDENTIAL
    if too_long or factors.is_passkey(uow.session, credential):
        raise InvalidInput("passkey_refused")
    key = Passkey(
        id=new_id(),
        user_id=user.id,
        credential=credential,
        public_key=made.credential_public_key,
        sign_count=made.sign_count,
        name=name.strip()[:LONGEST_NAME],
        added_at=uow.now,
    )
    uow.session.add(key)
    audit(uow, action="passkey_added", subject="user", subject_id=user.id)
    uow.emit(AccountChanged(user, user.email, Change.PASSKEY_ADDED))
    return key


def remove(uow: UnitOfWork, passkey_id: UUID) -> None:
    """Remove one of one's own passkeys; raises NotFound."""
    user = mine(uow)
    key = factors.passkey(uow.session, passkey_id)
    if key is None or key.user_id != user.id:
        raise NotFound
    factors.drop_passkey(uow.session, passkey_id)
    audit(uow, action="passkey_removed", subject="user", subject_id=user.id)
    uow.emit(AccountChanged(user, user.email, Change.PASSKEY_REMOVED))


def sign_in(uow: UnitOfWork, site: Site, answer: Answer, by: Caller) -> tuple[StaffSession, User]:
    """Begin a session with a passkey; raises NotPermitted."""
    user = prove(uow, site, answer)
    return sessions.begin(uow, user, by, how="signed_in_by_passkey"), user


def prove(uow: UnitOfWork, site: Site, answer: Answer) -> User:
    """Return whose passkey has answered a challenge; raises NotPermitted."""
    _spend(uow, answer.challenge)
    try:
        shown = parse_authentication_credential_json(answer.text[:LONGEST_ANSWER])
        found = factors.passkey_for_update(uow.session, shown.id[:LONGEST_CREDENTIAL])
        if found is None or not is_usable(found[1]) or found[1].is_invited:
            raise NotPermitted("passkey_unknown")
        key, user = found
        checked = verify_authentication_response(
            credential=shown,
            expected_challenge=base64url_to_bytes(answer.challenge),
            expected_rp_id=site.host,
            expected_origin=site.origin,
            credential_public_key=key.public_key,
            credential_current_sign_count=key.sign_count,
            require_user_verification=True,
        )
    except _NO_ANSWER:
        raise NotPermitted("passkey_unknown") from None
    key.sign_count, key.used_at = checked.new_sign_count, uow.now
    return user


def _spend(uow: UnitOfWork, challenge: str) -> None:
    """Raise NotPermitted where a challenge was answered before, or is none."""
    factors.forget_challenges(uow.session, uow.now - 2 * ANSWERED_WITHIN)
    digest = sha256(challenge.encode()).hexdigest()
    if not challenge or not factors.spend_challenge(uow.session, digest, uow.now):
        raise NotPermitted("passkey_unknown")
