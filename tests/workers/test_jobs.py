"""One table says what is done again and again; beat and the poller both do all of it."""

import ast
import inspect
from pathlib import Path

import workers
from workers import poller
from workers.broker import celery_settings
from workers.jobs import JOB, JOBS

NO_JOBS = {
    ("presence", "EVERY_S"),  # a mark of one process that it turns
    ("sending", "TAKE_BACK_EVERY"),  # within one run that goes on and on
    ("spool", "SWEEP_EVERY_S"),  # a look at one process's own folder
}
"""What has a period and is no job: nobody else could do it."""


def test_no_two_jobs_have_one_name():
    assert len(JOB) == len(JOBS)


def test_beat_and_the_poller_do_the_same(clinic):
    ticked = celery_settings(clinic.runtime.settings)["beat_schedule"]

    assert {tick["args"][0]: tick["schedule"] for tick in ticked.values()} == {
        job.name: job.every.total_seconds() for job in JOBS
    }
    for does in (poller.run, poller.look):
        assert inspect.signature(does).parameters["jobs"].default is JOBS


def test_only_the_table_of_jobs_names_a_period():
    found = set()
    for path in Path(workers.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            match node:
                case ast.Assign(targets=[ast.Name(id=name)]) if "EVERY" in name:
                    found.add((path.stem, name))
                case ast.Call(func=ast.Name(id="Job")):
                    found.add((path.stem, "Job"))

    assert found == NO_JOBS | {("jobs", "Job")}


def test_each_job_may_be_done_twice_in_a_row(clinic):
    for job in JOBS:
        job.run(clinic.runtime, lambda: False)
        assert job.run(clinic.runtime, lambda: False) == 0, job.name
