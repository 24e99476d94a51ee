"""`python -m tests.chaos --seed N --kills 1000 --mode postgres|embedded|both [--minutes M]`."""

import argparse
import sys

from tests.chaos.run import Plan, run

MODES = ("postgres", "embedded")


def main():
    """Run, print, and say by the exit status whether all seven hold everywhere."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kills", type=int, default=1000, help="in each mode")
    parser.add_argument("--mode", choices=(*MODES, "both"), default="both")
    parser.add_argument("--minutes", type=float, default=15.0, help="longest storm in each mode")
    parser.add_argument("--steps", type=float, default=10.0, help="steps of load a second")
    parser.add_argument("--no-lag", action="store_true", help="leave out the list lag phase")
    parser.add_argument("--keep", action="store_true", help="keep the folder, logs and all")
    chosen = parser.parse_args()
    failed = False
    for mode in MODES if chosen.mode == "both" else (chosen.mode,):
        plan = Plan(
            mode=mode,
            seed=chosen.seed,
            kills=chosen.kills,
            seconds=chosen.minutes * 60,
            steps_a_second=chosen.steps,
            with_lag=not chosen.no_lag,
            keep=chosen.keep,
        )
        outcome = run(plan, say=lambda line: print(line, flush=True))
        if outcome.killed < plan.kills:
            print(f"only {outcome.killed:,} of {plan.kills:,} kills in the time given")
        failed |= not outcome.holds or outcome.killed < plan.kills
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
