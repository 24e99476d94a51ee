"""What people are told about a refusal, asked where the rule is tried out."""

import re
from contextlib import contextmanager

import pytest

from booking.web.sentences import sentence


@contextmanager
def refused(kind, says):
    """Expect a refusal of this kind whose sentence has these words (a pattern) in it."""
    with pytest.raises(kind) as caught:
        yield caught
    assert re.search(says, sentence(caught.value)), sentence(caught.value)
