"""Bytes as letters and digits that survive phones, mail programs and being read aloud.

Base 58 (Bitcoin's alphabet): no "-" or "_", which programs that find links in a text cut off at
the end, and none of 0, O, I and l. The length follows from the number of bytes, so that every
value has one spelling.
"""

from math import ceil, log2

ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_BASE = len(ALPHABET)
_PAIRS = [first + second for first in ALPHABET for second in ALPHABET]
"""Every text has a link: two letters at a time are made in half the time."""
_VALUE = {letter: value for value, letter in enumerate(ALPHABET)}


def spelled_length(size: int) -> int:
    """Return how many letters so many bytes take."""
    return ceil(size * 8 / log2(_BASE))


def spell(content: bytes) -> str:
    """Return bytes in letters and digits."""
    number, length = int.from_bytes(content, "big"), spelled_length(len(content))
    pairs = []
    for _ in range(ceil(length / 2)):
        number, rest = divmod(number, _BASE**2)
        pairs.append(_PAIRS[rest])
    return "".join(reversed(pairs))[-length:]


def read_spelled(text: str, size: int) -> bytes:
    """Return the bytes that `spell` wrote; raises ValueError for anything else."""
    if len(text) != spelled_length(size):
        raise ValueError("another length")
    number = 0
    for letter in text:
        if letter not in _VALUE:
            raise ValueError("a letter that no link has")
        number = number * _BASE + _VALUE[letter]
    if number >= 1 << size * 8:
        raise ValueError("more than these bytes hold")
    return number.to_bytes(size, "big")
