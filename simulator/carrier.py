"""The simulator's parts, built once and handed to every route."""

from dataclasses import dataclass

import aiohttp.web as web

from simulator.delivery import Delivery
from simulator.faults import Faults
from simulator.inbound import Inbound
from simulator.mailbox import Mailbox
from simulator.server_sent_events import PageStreams
from simulator.settings import Settings
from simulator.state import State
from simulator.store import Store
from simulator.webhooks import Webhooks


@dataclass(frozen=True, slots=True)
class Carrier:
    """Everything a route may need."""

    settings: Settings
    store: Store
    live: PageStreams
    state: State
    faults: Faults
    out: Webhooks
    delivery: Delivery
    inbound: Inbound
    mailbox: Mailbox


CARRIER = web.AppKey("carrier", Carrier)


def open_carrier(settings: Settings) -> Carrier:
    """Open the state of the last run, or begin; call it inside the running loop."""
    store = Store(settings.state_dir)
    live = PageStreams()
    state = State(store, live)
    faults = Faults(settings.seed)
    out = Webhooks(settings)
    delivery = Delivery(settings, state, store, faults, out)
    inbound = Inbound(settings, state, store, faults, out, delivery)
    return Carrier(
        settings, store, live, state, faults, out, delivery, inbound, Mailbox(store, live)
    )


async def close_carrier(carrier: Carrier) -> None:
    """Stop what is under way and write everything down."""
    await carrier.delivery.stop()
    await carrier.inbound.stop()
    await carrier.out.close()
    carrier.store.close()
