"""`python -m bench.sender READY_FILE`: one sender process, with hardly a pause between looks.

It runs what the Celery task and the plain loop run. Those look once a second; here the next
look follows at once, so that what is measured is sending and not waiting for a tick.
"""

import signal
import sys
import threading
from pathlib import Path

from booking.kit.logs import configure_logging
from workers.runtime import owner, runtime, tune_gc
from workers.sending import send_due

PAUSE_S = 0.01


def main() -> int:
    """Send until SIGTERM."""
    configure_logging()
    stopping = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stopping.set())
    send_due(runtime(), owner(), should_stop=stopping.is_set)
    tune_gc()
    Path(sys.argv[1]).touch()
    while not stopping.wait(PAUSE_S):
        send_due(runtime(), owner(), should_stop=stopping.is_set)
    return 0


if __name__ == "__main__":
    sys.exit(main())
