"""How wrong passwords slow down whoever tries them, and nobody else."""

from collections.abc import Sequence
from datetime import datetime

from booking.clinic.policy import SignInPolicy


def waits_until(
    failures: Sequence[datetime], free_tries: int, policy: SignInPolicy
) -> datetime | None:
    """Return until when the next try has to wait: twice as long after each; None for not at all.

    `failures` are the instants of wrong tries that still count, in any order.
    """
    beyond = len(failures) - free_tries
    if beyond < 0:
        return None
    # Beyond twenty doublings every wait is the longest, and a number of any size stays small.
    wait = policy.first_wait * (1 << min(beyond, 20))
    return max(failures) + min(wait, policy.longest_wait)
