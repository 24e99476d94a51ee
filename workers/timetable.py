"""When each of some jobs is due, by a clock that nobody sets."""


class Timetable:
    """Knows for each name when it is due next, in seconds of time.monotonic().

    What has never begun is due at once. What a standstill left out is not made up for: doing it
    once does the work of all.
    """

    def __init__(self) -> None:
        self._due: dict[str, float] = {}

    def is_due(self, name: str, now: float) -> bool:
        """Whether it is time."""
        return self._due.setdefault(name, now) <= now

    def begin(self, name: str, every_s: float, now: float) -> None:
        """Note that what was due begins now; it is due again after its interval."""
        again = self._due[name] + every_s
        self._due[name] = again if again > now else now + every_s

    def wait(self, now: float) -> float:
        """Return how long until the next is due, in seconds."""
        return max(0.0, min(self._due.values()) - now)
