"""`python -m tests.soak --minutes 60 --seed 1`; see docs/soak.md."""

import argparse
import sys

from tests.soak.run import Plan, soak


def main():
    """Run, print, and say by the exit status whether all holds."""
    usual = Plan()
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=usual.minutes)
    parser.add_argument("--seed", type=int, default=usual.seed)
    parser.add_argument("--strike-every", type=float, default=usual.strike_every_s, help="seconds")
    parser.add_argument("--full-every", type=float, default=usual.full_every_s, help="seconds")
    parser.add_argument("--steps", type=float, default=usual.steps_a_second, help="load a second")
    parser.add_argument("--burn", type=int, default=usual.processors, help="processors")
    parser.add_argument("--megabytes", type=int, default=usual.megabytes, help="of the small disk")
    parser.add_argument("--keep", action="store_true", help="keep the folder, logs and all")
    chosen = parser.parse_args()
    plan = Plan(
        minutes=chosen.minutes,
        seed=chosen.seed,
        strike_every_s=chosen.strike_every,
        full_every_s=chosen.full_every,
        steps_a_second=chosen.steps,
        processors=chosen.burn,
        megabytes=chosen.megabytes,
        keep=chosen.keep,
    )
    outcome = soak(plan, say=lambda line: print(line, flush=True))
    return 0 if outcome.holds else 1


if __name__ == "__main__":
    sys.exit(main())
