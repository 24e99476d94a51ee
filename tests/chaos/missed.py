"""`python -m tests.chaos.missed`: the workers' own look for texts that never came, at once."""

from workers.tasks import run_job

if __name__ == "__main__":
    run_job("look for missed texts")
    run_job("handle waiting texts")
