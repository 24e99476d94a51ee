"""`python -m simulator`: run the simulator until it is told to stop."""

import asyncio
import gc
import json
import os
import signal
import sys

from simulator.app import PortTaken, Sandbox
from simulator.settings import Settings, SettingsRefused, settings_from
from simulator.store import StoreInUse


async def run(settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT; prints one line of JSON when both ports listen."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for wanted in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(wanted, stop.set)
    sandbox = Sandbox(settings)
    await sandbox.start()
    _collect_rarely()
    ready = {"ready": True, "phones": sandbox.base_url, "smtp_port": sandbox.smtp_port}
    print(json.dumps(ready), flush=True)
    await stop.wait()
    await sandbox.stop()


def _collect_rarely() -> None:
    """Keep the garbage collector from looking at every text again and again.

    The texts stay for good and hold no circles. With the usual thresholds a full collection
    over 16,000 of them stops every answer for 0.4 s; a simulated carrier must not be the slow
    one in a measurement.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


def main() -> int:
    """Read the settings and run; returns the exit status."""
    try:
        settings = settings_from(os.environ)
        asyncio.run(run(settings))
    except (SettingsRefused, StoreInUse, PortTaken) as refused:
        print(f"sandbox: {refused}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
