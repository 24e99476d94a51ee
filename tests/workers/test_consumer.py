"""A worker that loses its Redis in the middle of a tick."""

import kombu
import pytest
from kombu.pidbox import Mailbox

from tests.build.settings import settings_of
from tests.chaos.machines import RedisServer
from workers import consumer
from workers.broker import celery_settings


@pytest.fixture
def redis(tmp_path):
    server = RedisServer(tmp_path / "redis")
    server.start()
    server.wait_until_ready()
    yield server
    server.crash()


@pytest.fixture
def ticks(redis, tmp_path):
    """A consumer with one tick in hand, which waits for the next, beside a remote control."""
    chosen = celery_settings(settings_of("sqlite://", data_dir=tmp_path, redis_url=redis.url))
    connection = kombu.Connection(redis.url, transport_options=chosen["broker_transport_options"])
    queue = kombu.Queue("ticks", kombu.Exchange("ticks"), routing_key="ticks")
    taken = []
    consuming = kombu.Consumer(
        connection, [queue], callbacks=[lambda _body, tick: taken.append(tick)]
    )
    consuming.consume()
    kombu.Producer(connection).publish({}, exchange="ticks", routing_key="ticks")
    while not taken:
        connection.drain_events(timeout=5)
    control = Mailbox("lupine", type="fanout").Node("worker", channel=connection.channel())
    control.listen(callback=taken.append)
    consuming.channel._brpop_start()
    return consuming


def close_as_celery_does(connection):
    connection.collect(socket_timeout=1)
    connection.close()


def test_it_lets_go_of_the_tick_and_closes_what_it_lost(redis, ticks):
    connection = ticks.channel.connection.client
    redis.crash()

    consumer.forget_ticks(ticks)
    close_as_celery_does(connection)

    assert not connection.connected


def test_without_that_closing_ends_the_worker(redis, ticks):
    # Where this does not fail any more, Celery has mended it and workers/consumer.py may go.
    connection = ticks.channel.connection.client
    redis.crash()

    with pytest.raises(AttributeError, match="hostname"):
        close_as_celery_does(connection)


def test_workers_take_their_ticks_through_it(tmp_path):
    chosen = celery_settings(settings_of("sqlite://", data_dir=tmp_path))

    assert chosen["worker_consumer"] == f"{consumer.__name__}:{consumer.Consumer.__name__}"
