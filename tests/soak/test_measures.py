"""What a soak measures, on what is known: a measure that sees nothing proves nothing."""

import math
import os
import signal
import time
from types import SimpleNamespace

import pytest

from launch.health import site_answers
from launch.local_settings import Ports
from launch.ports import free_port
from launch.programs import Programs
from launch.stack import Stack
from tests.launch.programs import SERVES, STAYS, program
from tests.soak import report
from tests.soak.lives import BY_ITSELF, Death, Lives
from tests.soak.visits import Visits, longest


def _soak(*deaths, full=(), silences=(), given_up=()):
    lives = SimpleNamespace(deaths=deaths, given_up=set(given_up), away=lambda name: [])
    web = SimpleNamespace(silences=silences)
    disk = SimpleNamespace(full=full)
    return SimpleNamespace(lives=lives, visits={"web": web}, disk=disk)


def _finding(number, *, checked=1, holds=True):
    return SimpleNamespace(number=number, checked=checked, holds=holds)


def test_a_silence_counts_unless_it_falls_into_what_is_apart():
    silences = [(0.0, 1.0), (10.0, 14.0), (20.0, 22.0)]

    assert longest(silences) == 4.0
    assert longest(silences, [(9.0, 11.0)]) == 2.0
    assert longest(silences, [(13.9, math.inf)]) == 1.0


@pytest.mark.parametrize(
    ("soak", "words"),
    [
        (_soak(Death("web", "killed", 0.0, 31.0)), "web (killed) was back after 31.0 s"),
        (_soak(Death("web", "killed", 0.0)), "web (killed) was back after inf s"),
        (_soak(Death("loop", BY_ITSELF, 0.0, 1.0)), "loop died by itself"),
        (_soak(given_up=["beat"]), "beat was given up"),
        (_soak(silences=[(0.0, 11.0)]), "the site was silent for 11.0 s"),
        (_soak(Death("web", "killed", 5.0), full=[(4.0, 9.0)]), "back after inf s"),
    ],
)
def test_what_must_not_be_is_a_problem(soak, words):
    assert words in "; ".join(report.problems(soak, [_finding(1)]))


@pytest.mark.parametrize(
    "soak",
    [
        _soak(Death("web", "killed", 0.0, 5.0)),
        _soak(Death("web", "halted for good", 0.0, 40.0)),
        _soak(Death("web", BY_ITSELF, 5.0, 60.0), full=[(4.0, 9.0)]),
        _soak(silences=[(0.0, 20.0)], full=[(4.0, 9.0)]),
    ],
)
def test_what_may_be_is_none(soak):
    assert report.problems(soak, [_finding(1)]) == []


def test_an_invariant_that_breaks_or_was_not_looked_at_is_a_problem():
    findings = [_finding(1, holds=False), _finding(2, checked=0)]

    assert report.problems(_soak(), findings) == [
        "invariant 1 is broken",
        "invariant 2 was not looked at",
    ]


@pytest.fixture
def stack(tmp_path):
    """A site and a beat that are only small programs."""
    port = free_port(together=3)
    url = f"http://127.0.0.1:{port}/"
    staying = (program("web", SERVES, str(port), health_url=url), program("beat", STAYS))
    made = Stack(tmp_path, Ports(port, port + 1), {}, lambda env: Programs((), staying))
    with made:
        yield made


def test_a_death_is_seen_with_its_cause_and_ends_when_the_site_answers(stack):
    visits = Visits(stack.web_url)
    visits.start()
    lives = Lives(stack, {"web": visits})

    lives.strike("web", "killed")
    os.kill(stack.children[0].pid, signal.SIGKILL)
    until = time.monotonic() + 15
    while not (lives.deaths and lives.all_well()) and time.monotonic() < until:
        stack.tend()
        lives.look()
        time.sleep(0.05)
    visits.stopping.set()
    visits.join()

    (death,) = lives.deaths
    assert (death.name, death.cause) == ("web", "killed")
    assert 0.1 < death.took_s < 10
    assert site_answers(stack.web_url)
