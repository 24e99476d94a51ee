"""The part of a Celery worker that takes ticks, made to outlive the loss of its broker."""

from typing import Any

from celery.worker.consumer import Consumer as CelerysConsumer


class Consumer(CelerysConsumer):
    """Celery's own, except that it does not give ticks back to a broker that is gone.

    Celery 5.7 closes a lost connection twice. Where the first time broke off, the second finds
    the ticks in hand, wants to give them back over the connection that is closed, and ends the
    whole worker with an AttributeError. A tick is worth nothing: the next one does its work.
    """

    task_consumer: Any

    def on_connection_error_after_connected(self, exc: Exception) -> None:
        """Let go of the ticks in hand, and connect again."""
        forget_ticks(self.task_consumer)
        super().on_connection_error_after_connected(exc)


def forget_ticks(consumer: Any) -> None:
    """Have the channel of a lost connection give nothing back when it is closed.

    `consumer` is kombu's, or None where the connection was lost before there was one.
    """
    if consumer is not None and consumer.channel is not None:
        consumer.channel.do_restore = False
