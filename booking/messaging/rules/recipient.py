"""One spelling for each phone and mail address, so that limits count who gets a message."""


def counted_as(recipient: str) -> str:
    """Return how a recipient is counted: a phone as it is, a mail address in one spelling.

    Most mail servers deliver Jo.Doe+1@x.org to jodoe@x.org. Where one does not, two people are
    counted as one, which only a limit far beyond what both need would show.
    """
    local, at, domain = recipient.casefold().rpartition("@")
    if not at:
        return recipient
    plain = local.partition("+")[0].replace(".", "")
    return f"{plain or local}@{domain}"
