"""How Celery is set: nothing that matters rests on the broker, and no tick piles up."""

import ast
import importlib
from pathlib import Path

import pytest
from celery.beat import PersistentScheduler

from tests.build.settings import settings_of
from workers.broker import LONGEST_TASK_S, celery_settings
from workers.jobs import JOBS

ROOT = Path(__file__).resolve().parents[2]
ON_BOTH = pytest.mark.parametrize("redis_url", [None, "redis://127.0.0.1:6379/3"], ids=str)


@pytest.fixture
def redis_url():
    return None


@pytest.fixture
def chosen(tmp_path, redis_url):
    settings = settings_of("sqlite:///nowhere.sqlite3", data_dir=tmp_path, redis_url=redis_url)
    return celery_settings(settings)


@ON_BOTH
def test_a_task_of_a_killed_worker_comes_back_and_none_is_hoarded(chosen):
    assert chosen["task_acks_late"] is True
    assert chosen["task_reject_on_worker_lost"] is True
    assert chosen["worker_prefetch_multiplier"] == 1


@ON_BOTH
def test_time_is_utc_so_that_no_tick_is_skipped_when_clocks_change(chosen):
    assert chosen["enable_utc"] is True
    assert chosen["timezone"] == "UTC"
    for tick in chosen["beat_schedule"].values():
        assert isinstance(tick["schedule"], float), "an interval, never a wall time"


@ON_BOTH
def test_a_worker_waits_for_its_broker_for_as_long_as_it_takes(chosen):
    assert chosen["broker_connection_retry_on_startup"] is True
    assert chosen["broker_connection_max_retries"] is None


@ON_BOTH
def test_a_send_under_way_goes_on_when_the_broker_is_lost(chosen):
    assert chosen["worker_cancel_long_running_tasks_on_connection_loss"] is False


@ON_BOTH
def test_nothing_is_kept_of_a_tick_but_what_it_did(chosen):
    assert chosen["task_ignore_result"] is True
    assert "result_backend" not in chosen
    assert chosen["accept_content"] == ["json"]


@ON_BOTH
def test_a_tick_that_nobody_took_in_time_is_dropped(chosen):
    for tick in chosen["beat_schedule"].values():
        assert tick["options"]["expires"] >= tick["schedule"]
        assert tick["options"]["expires"] <= max(2.0, tick["schedule"])


def test_what_is_due_is_looked_for_every_second(chosen):
    assert chosen["beat_schedule"]["send due messages"]["schedule"] == 1.0


def test_every_tick_names_a_task_that_is_there(chosen):
    for tick in chosen["beat_schedule"].values():
        module, _, name = tick["task"].rpartition(".")
        assert module in chosen["imports"]
        assert callable(getattr(importlib.import_module(module), name))


def test_every_task_is_ticked_by_somebody(chosen):
    ticked = {tick["task"] for tick in chosen["beat_schedule"].values()}

    assert _tasks() == ticked


def test_every_job_is_ticked_and_nothing_else(chosen):
    ticks = chosen["beat_schedule"].values()

    assert sorted((tick["args"], tick["schedule"]) for tick in ticks) == sorted(
        ((job.name,), job.every.total_seconds()) for job in JOBS
    )


def test_a_worker_that_stops_lets_a_run_end_first(chosen):
    assert 0 < chosen["worker_soft_shutdown_timeout"] < 30
    assert chosen["task_time_limit"] == LONGEST_TASK_S


def test_without_redis_the_ticks_go_through_files_of_the_data_folder(chosen, tmp_path):
    transport = chosen["broker_transport_options"]

    assert chosen["broker_url"] == "spool://"
    assert tmp_path in Path(transport["folder"]).parents
    assert transport["polling_interval"] <= 0.1
    # The tick that may be taken latest is still there then.
    longest = max(tick["options"]["expires"] for tick in chosen["beat_schedule"].values())
    assert transport["keep_s"] >= longest


@ON_BOTH
def test_settings_touch_no_disk_so_that_a_full_one_keeps_nobody_from_starting(chosen, tmp_path):
    assert list(tmp_path.iterdir()) == []


@ON_BOTH
def test_beat_keeps_its_schedule_in_no_file(chosen):
    module, _, name = chosen["beat_scheduler"].partition(":")

    assert not issubclass(getattr(importlib.import_module(module), name), PersistentScheduler)


@pytest.mark.parametrize(
    ("redis_url", "pool"), [(None, "threads"), ("redis://127.0.0.1:6379/3", None)], ids=str
)
def test_no_child_can_die_with_the_lock_that_all_others_wait_for(chosen, pool):
    # Found by killing one: over files, the children that replaced it never worked again.
    assert chosen.get("worker_pool") == pool


@pytest.mark.parametrize("redis_url", ["redis://127.0.0.1:6379/3"])
def test_a_redis_that_does_not_answer_keeps_no_worker_from_stopping(chosen):
    # Measured with a frozen one: without a time-out a worker never ends, with 3 s in 5 to 20 s.
    transport = chosen["broker_transport_options"]

    assert 0 < transport["socket_timeout"] <= 3
    assert 0 < transport["socket_connect_timeout"] <= 3


@pytest.mark.parametrize("redis_url", ["redis://127.0.0.1:6379/3"])
def test_with_redis_a_lost_task_is_not_waited_for_long(chosen):
    transport = chosen["broker_transport_options"]

    assert chosen["broker_url"] == "redis://127.0.0.1:6379/3"
    assert transport["visibility_timeout"] > LONGEST_TASK_S
    assert transport["unacked_restore_interval"] <= 5


def _tasks():
    """Every function of workers/ that is a task, by its full name."""
    found = set()
    for path in (ROOT / "workers").glob("*.py"):
        for node in ast.parse(path.read_text()).body:
            marks = [ast.unparse(mark) for mark in getattr(node, "decorator_list", [])]
            if any(mark.startswith("shared_task") for mark in marks):
                found.add(f"workers.{path.stem}.{node.name}")
    return found
