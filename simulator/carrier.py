"""The simulator's parts, built once and handed to every route."""

from dataclasses import dataclass

import aiohttp.web as web

from booking.sandbox.delivery import Delivery
from booking.sandbox.faults import Faults
from booking.sandbox.inbound import Inbound
from booking.sandbox.live import Live
from booking.sandbox.mailbox import Mailbox
from booking.sandbox.settings import Settings
from booking.sandbox.store import Store
from booking.sandbox.traffic import Traffic
from booking.sandbox.webhooks import Webhooks


@dataclass(frozen=True, slots=True)
class Carrier:
    """Everything a route may need."""

    settings: Settings
    store: Store
    live: Live
    traffic: Traffic
    faults: Faults
    out: Webhooks
    delivery: Delivery
    inbound: Inbound
    mailbox: Mailbox


CARRIER = web.AppKey("carrier", Carrier)


def open_carrier(settings: Settings) -> Carrier:
    """Open the state of the last run, or begin; call it inside the running loop."""
    store = Store(settings.state_dir)
    live = Live()
    traffic = Traffic(store, live)
    faults = Faults(settings.seed)
    out = Webhooks(settings)
    delivery = Delivery(settings, traffic, store, faults, out)
    inbound = Inbound(settings, traffic, store, faults, out, delivery)
    return Carrier(
        settings, store, live, traffic, faults, out, delivery, inbound, Mailbox(store, live)
    )


async def close_carrier(carrier: Carrier) -> None:
    """Stop what is under way and write everything down."""
    await carrier.delivery.stop()
    await carrier.inbound.stop()
    await carrier.out.close()
    carrier.store.close()
