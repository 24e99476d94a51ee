"""`python -m bench`: measures, and prints each figure beside its bar."""

import sys

from bench import throughput
from bench.servers import found_servers


def main() -> int:
    """Measure and print."""
    with found_servers() as servers:
        print(servers.notes)
        for reports in sys.argv[2:] or ["none meanwhile"]:
            for figure in throughput.measure(servers, int(sys.argv[1]), seed=1, reports=reports):
                print(figure, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
