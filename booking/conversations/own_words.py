"""What somebody says in a text beside our own words, which phones quote for a like."""

from dataclasses import dataclass

from booking.clinic.unit_of_work import UnitOfWork
from booking.conversations.rules.tapbacks import candidate_quotes, is_reaction, remove_passages
from booking.kit.keyring import digests_of
from booking.messaging import inbound_queries


@dataclass(frozen=True)
class UserText:
    """A patient's own words in a text.

    `is_reaction` tells that besides our own words there is only how somebody liked them;
    `quoted` are the digests of those.
    """

    words: str
    is_reaction: bool
    quoted: frozenset[str] = frozenset()


def strip_quotes(uow: UnitOfWork, phone: str, body: str) -> UserText:
    """Cut out of a text what it quotes in full of those we sent to that phone.

    The digests of what we sent prove it. A shortened quotation stays, and so does one of what
    a person of the clinic wrote: a thumb on "do you have chest pain?" is an answer.
    """
    said_by_digest = {
        digest: one.said for one in candidate_quotes(body) for digest in digests_of(one.said)
    }
    proven = inbound_queries.texts_of_ours(uow.session, phone, said_by_digest)
    left = remove_passages(body, {said_by_digest[digest] for digest in proven})
    if proven and is_reaction(left):
        # The phone's words, not the patient's: "reacciono" is no allergy.
        return UserText("", is_reaction=True, quoted=frozenset(proven))
    return UserText(left, is_reaction=False)
