"""Ticks over files, as Celery gives and takes them."""

import kombu
import pytest
from kombu.exceptions import OperationalError

from tests.build.settings import settings_of
from workers import file_transport, spool
from workers.broker import celery_settings


@pytest.fixture
def open_connection(tmp_path):
    """Open a connection to the broker of this test's folder, as one process does."""
    file_transport.use_for_files()
    chosen = celery_settings(settings_of("sqlite://", data_dir=tmp_path))
    opened = []

    def open_it():
        connection = kombu.Connection(
            chosen["broker_url"], transport_options=chosen["broker_transport_options"]
        )
        opened.append(connection)
        return connection

    yield open_it
    for one in opened:
        one.release()


def give(connection, number=1):
    body = [[], {}, {"number": number}]
    kombu.Producer(connection).publish(
        body, routing_key="celery", headers={"task": "a.task", "id": str(number)}
    )


def waiting(folder):
    return [path.name for path in folder.iterdir()]


def test_what_one_process_gives_another_takes(open_connection, folder):
    with open_connection().SimpleQueue("celery", no_ack=False) as queue:
        give(open_connection())

        tick = queue.get(timeout=5)
        tick.ack()

        assert tick.payload == [[], {}, {"number": 1}]
        assert tick.headers["id"] == "1"
        with pytest.raises(queue.Empty):
            queue.get(timeout=0.2)
    assert waiting(folder) == []


@pytest.mark.parametrize("ending", ["requeue", "close"])
def test_a_tick_that_was_not_done_is_forgotten(open_connection, folder, ending):
    connection = open_connection()
    queue = connection.SimpleQueue("celery", no_ack=False)
    give(open_connection())
    tick = queue.get(timeout=5)

    if ending == "requeue":
        tick.requeue()
    queue.close()
    connection.release()

    assert waiting(folder) == []


def test_queues_are_counted_and_emptied(open_connection):
    channel = open_connection().channel()
    for number in range(3):
        give(open_connection(), number)

    assert channel.queue_declare("celery").message_count == 3
    assert channel.queue_purge("celery") == 3
    assert channel.queue_declare("celery").message_count == 0


def test_a_full_disk_is_an_error_of_the_broker_and_no_more(open_connection, folder, monkeypatch):
    connection = open_connection()

    def full(_path, _content):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(spool, "_write", full)
        with pytest.raises(OperationalError, match="No space left"):
            give(connection)

    give(connection)
    assert len(waiting(folder)) == 1


def test_it_opens_and_closes_without_touching_the_disk(open_connection, tmp_path):
    with open_connection() as connection:
        connection.connect()

    assert list(tmp_path.iterdir()) == []
