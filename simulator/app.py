"""The simulator as a whole: its web server, its mail server and its state."""

import asyncio
import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

import aiohttp.web as web

from simulator.api import add_api
from simulator.callers import guard
from simulator.carrier import CARRIER, Carrier, close_carrier, open_carrier
from simulator.control_api import add_control
from simulator.pages import add_pages
from simulator.settings import Settings
from simulator.smtp import serve_smtp

STATIC = Path(__file__).parent / "static"
LARGEST_REQUEST = 256 * 1024
STOP_SECONDS = 0.5


class PortTaken(RuntimeError):
    """The simulator cannot listen where it should."""


class Sandbox:
    """A running simulator; start and stop it inside one event loop."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._runner: web.AppRunner | None = None
        self._smtp: asyncio.Server | None = None
        self.carrier: Carrier | None = None

    async def start(self) -> None:
        """Open the state and listen on both ports; raises PortTaken, or StoreInUse."""
        self.carrier = carrier = open_carrier(self._settings)
        try:
            await self._listen(carrier)
        except PortTaken:
            await self.stop()
            raise
        carrier.delivery.resume()
        carrier.inbound.resume()

    async def stop(self) -> None:
        """Stop listening, finish what is being answered, write everything down."""
        if self.carrier is not None:
            self.carrier.live.stop()
        if self._smtp is not None:
            self._smtp.close()
        if self._runner is not None:
            await self._runner.cleanup()
        if self.carrier is not None:
            await close_carrier(self.carrier)

    async def _listen(self, carrier: Carrier) -> None:
        self._runner = web.AppRunner(
            _application(carrier, self._settings.hosts),
            access_log=None,
            shutdown_timeout=STOP_SECONDS,
            handle_signals=False,
        )
        await self._runner.setup()
        host, port = self._settings.host, self._settings.port
        with _named_port("SANDBOX_PORT", host, port):
            await web.TCPSite(self._runner, host, port, backlog=1024).start()
        with _named_port("SANDBOX_SMTP_PORT", host, self._settings.smtp_port):
            self._smtp = await serve_smtp(carrier.mailbox, host, self._settings.smtp_port)

    @property
    def base_url(self) -> str:
        """The address of the web server."""
        return f"http://{self._settings.host}:{self._ports()[0]}"

    @property
    def smtp_port(self) -> int:
        """The port of the mail server."""
        return self._ports()[1]

    def _ports(self) -> tuple[int, int]:
        if self._runner is None or self._smtp is None:
            raise RuntimeError("The simulator is not running.")
        return self._runner.addresses[0][1], self._smtp.sockets[0].getsockname()[1]


@contextlib.contextmanager
def _named_port(setting: str, host: str, port: int) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else str(error)
        raise PortTaken(
            f"Port {port} on {host} cannot be used ({reason}); stop what holds it or set {setting}."
        ) from error


def _application(carrier: Carrier, names: frozenset[str]) -> web.Application:
    app = web.Application(client_max_size=LARGEST_REQUEST, middlewares=[guard(names)])
    app[CARRIER] = carrier
    add_api(app)
    add_control(app)
    add_pages(app)
    app.router.add_static("/static", STATIC)
    return app
