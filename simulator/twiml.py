"""Reading the texts out of a TwiML answer."""

import xml.etree.ElementTree as ElementTree


class TwimlRefused(ValueError):
    """The answer is not TwiML the carrier understands."""


def texts_in(answer: str) -> list[str]:
    """Return the bodies of the <Message> verbs of a TwiML answer, in order.

    Raises TwimlRefused for anything that is not a <Response> document; an empty answer is
    none and means nothing to say.
    """
    if not answer.strip():
        return []
    try:
        # The answer comes from the system under test, at most 64 KiB; expat bounds entities.
        root = ElementTree.fromstring(answer)  # noqa: S314
    except ElementTree.ParseError as error:
        raise TwimlRefused(f"The answer is not XML: {error}") from error
    if root.tag != "Response":
        raise TwimlRefused(f"The answer's root is <{root.tag}>, not <Response>")
    return [text for verb in root.iter("Message") if (text := _body_of(verb))]


def _body_of(verb: ElementTree.Element) -> str:
    nested = [part.text or "" for part in verb.findall("Body")]
    return " ".join(nested).strip() if nested else (verb.text or "").strip()
