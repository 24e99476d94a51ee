"""`python -m tests.chaos.missed`: the workers' own look for texts that never came, at once."""

from workers.conversations import handle_waiting, look_for_missed

if __name__ == "__main__":
    look_for_missed()
    handle_waiting()
