"""What else the machine is made to do: compute, and write to the disk."""

import sys

from launch.process import Child
from launch.programs import Program

COMPUTES = "while True: pass"
WRITES = (
    "import os, sys, time\n"
    "piece = os.urandom(1 << 20)\n"
    "while True:\n"
    "    with open(sys.argv[1], 'wb') as file:\n"
    "        for _ in range(8): file.write(piece)\n"
    "        file.flush(); os.fsync(file.fileno())\n"
    "    time.sleep(0.2)\n"
)


class Burden:
    """Processes that do nothing but take the machine's time; they end with this one."""

    def __init__(self, folder, processors):
        scripts = [(f"computes-{number}", COMPUTES) for number in range(processors)]
        scripts.append(("writes", WRITES))
        self._children = [
            Child(
                Program(name, (sys.executable, "-S", "-c", script, str(folder / "written"))),
                folder / "log",
            )
            for name, script in scripts
        ]

    def stop(self):
        """End them."""
        for child in self._children:
            child.kill()
            child.wait()
