"""Which programs make up a running Lupine, in the order they start."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from launch.local_settings import mail_is_caught, texts_are_simulated

PROJECT = Path(__file__).resolve().parents[1]
SENDER_GRACE_S = 30.0
WORKER_MARK, LOOP_MARK, BEAT_MARK = "worker-turned", "loop-looked", "beat-ticked"
"""As workers.marks names them."""


# Trying Lupine out as root in a container is fine; the worker reads only what Lupine wrote.
_AS_ROOT = "ignore:You're running the worker with superuser privileges"
# Nobody listens to what workers tell each other, and a worker that tells a Redis which does not
# answer cannot stop.
ALONE = ("--without-gossip", "--without-mingle", "--without-heartbeat")


@dataclass(frozen=True)
class Program:
    """One program: a list of arguments, never a shell line."""

    name: str
    argv: tuple[str, ...]
    env: Mapping[str, str] = field(default_factory=dict)
    health_url: str | None = None
    """Answers with success once the program is well; a start waits for it."""
    grace_seconds: float = 5.0
    stops_first: bool = False
    """Whether it may have work in hand, and is told of a stop before anything is ended."""
    alive_url: str | None = None
    """Answers as long as the program is not stuck, whatever else is out of order."""
    mark: Path | None = None
    """A file that the program touches again and again while it turns."""


@dataclass(frozen=True)
class Programs:
    """What runs once before the rest, and what stays."""

    once: tuple[Program, ...]
    staying: tuple[Program, ...]


def lupine(env: Mapping[str, str]) -> Programs:
    """Return the programs of one run from its environment (see local_settings).

    Demo data is only loaded where texts are simulated: its people must never reach a carrier,
    and its passwords, which anybody can read here, must never open real patients' data.
    """
    python = sys.executable
    flask = (python, "-m", "flask", "--app", "booking.wsgi")
    # Flask would take settings from a .env, which is Docker's; no other program does.
    without_dotenv = {**env, "FLASK_SKIP_DOTENV": "1"}
    celery = (python, "-m", "celery", "--quiet", "-A", "workers.app")
    # Every tick is a line at INFO; on a terminal only what matters is shown.
    level = ("--loglevel", env.get("LOG_LEVEL", "WARNING"))
    marks = Path(env["DATA_DIR"])
    simulated = texts_are_simulated(env)
    once = [Program("migrate", (*flask, "db", "upgrade"), without_dotenv)]
    loading = "demo.load" if simulated else "demo.refuse"
    once.append(Program("demo", (python, "-m", loading), env))
    staying = []
    if simulated or mail_is_caught(env):
        staying.append(_sandbox(env))
    web = f"http://127.0.0.1:{env['PORT']}"
    gunicorn = (python, "-m", "gunicorn", "-c", str(PROJECT / "launch" / "gunicorn_conf.py"))
    staying += [
        Program(
            "web",
            (*gunicorn, "booking.wsgi:app"),
            env,
            health_url=f"{web}/readyz",
            alive_url=f"{web}/livez",
        ),
        Program(
            "worker",
            (*celery, "worker", *ALONE, "--concurrency", env.get("WORKER_PROCESSES", "2"), *level),
            {"PYTHONWARNINGS": _AS_ROOT, **env},
            mark=marks / WORKER_MARK,
            grace_seconds=SENDER_GRACE_S,
            stops_first=True,
        ),
        # Sends too, without the broker: a worker that waits for Redis makes nothing late.
        Program(
            "loop",
            (python, "-m", "workers.poller"),
            env,
            mark=marks / LOOP_MARK,
            grace_seconds=SENDER_GRACE_S,
            stops_first=True,
        ),
        Program("beat", (*celery, "beat", "--pidfile=", *level), env, mark=marks / BEAT_MARK),
    ]
    return Programs(tuple(once), tuple(staying))


def _sandbox(env: Mapping[str, str]) -> Program:
    """The simulator stands for the outside world: it gets no key and no database address."""
    hidden = {"SECRET_KEYS", "FIELD_KEYS", "DATABASE_URL", "REDIS_URL"}
    health = f"http://127.0.0.1:{env['SANDBOX_PORT']}/control/health"
    return Program(
        "phone",
        (sys.executable, "-m", "simulator"),
        {name: value for name, value in env.items() if name not in hidden},
        health_url=health,
        alive_url=health,
    )
