"""Kombu's Redis transport, made to outlive the loss of Redis in the middle of a tick."""

from typing import Any

from kombu.transport import TRANSPORT_ALIASES, redis, virtual


class QoS(redis.QoS):
    """The ticks in hand; over a channel that is closed nothing is said about them any more.

    Kombu 5.7 wants to give them back, or to acknowledge them, over the connection that was lost.
    It finds none, and the AttributeError ends the whole worker. A tick is worth nothing: the
    next one does its work.
    """

    def ack(self, delivery_tag: Any) -> None:
        """Acknowledge one tick."""
        if self.channel.closed:
            virtual.QoS.ack(self, delivery_tag)
        else:
            super().ack(delivery_tag)

    def reject(self, delivery_tag: Any, requeue: bool = False) -> None:
        """Refuse one tick."""
        if self.channel.closed:
            virtual.QoS.ack(self, delivery_tag)
        else:
            super().reject(delivery_tag, requeue)

    def restore_unacked(self, client: Any = None) -> None:
        """Give all ticks back."""
        if not self.channel.closed:
            super().restore_unacked(client)


class Channel(redis.Channel):
    """A channel that keeps its ticks so."""

    QoS = QoS


class Transport(redis.Transport):
    """A transport of such channels."""

    Channel = Channel


def use_for_redis() -> None:
    """Have kombu find this transport behind redis:// and rediss:// addresses.

    As `broker_transport` it would stand in for the scheme, and with it for TLS.
    """
    for scheme in ("redis", "rediss"):
        TRANSPORT_ALIASES[scheme] = f"{__name__}:{Transport.__name__}"
