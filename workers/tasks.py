"""The one task of Celery: it does the job that a tick names."""

from celery import shared_task

from workers.jobs import JOB
from workers.outage import SkippableTask
from workers.runtime import runtime
from workers.shutdown import is_stopping


@shared_task(base=SkippableTask)
def run_job(name: str) -> int:
    """Do a job of workers/jobs.py once; returns how much it dealt with."""
    return JOB[name].run(runtime(), is_stopping)
