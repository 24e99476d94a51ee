"""`python -m bench.serving NAME` serves the site with a server that `bench.web_servers` compares.

Each runs as many processes and threads as WEB_PROCESSES and WEB_THREADS say, as the site does.
Only the site's own server is among Lupine's libraries; the rest are looked for where they are.
"""

import asyncio
import os
import signal
import socket
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from typing import Any

from launch.ports import LOOPBACK

PORT = int(os.environ.get("PORT", "8000"))
PROCESSES = int(os.environ.get("WEB_PROCESSES", "1"))
THREADS = int(os.environ.get("WEB_THREADS", "8"))
CONNECTIONS = 1_000
"""How many at once, where the server has a number for it."""

LARGEST_BODY = 256 * 1024


def granian() -> None:
    """Granian: connections in Rust, the site in threads."""
    server = import_module("granian.server")
    constants = import_module("granian.constants")
    server.Server(
        "booking.wsgi:app",
        address=LOOPBACK,
        port=PORT,
        interface=constants.Interfaces.WSGI,
        http=constants.HTTPModes.http1,
        websockets=False,
        workers=PROCESSES,
        blocking_threads=THREADS,
        backpressure=CONNECTIONS,
        http1_settings=import_module("granian.http").HTTP1Settings(header_read_timeout=10_000),
        log_access=False,
    ).serve()


def waitress() -> None:
    """Waitress in several processes that share one socket."""
    in_processes(_waitress)


def hypercorn() -> None:
    """Hypercorn: connections in asyncio, the site in threads once a request is complete."""
    in_processes(_hypercorn)


def uvicorn() -> None:
    """Uvicorn with a2wsgi: connections in asyncio, the site in threads."""
    in_processes(_uvicorn)


def cheroot() -> None:
    """Cheroot: a thread for every request that has begun."""
    in_processes(_cheroot)


def _waitress(shared: socket.socket) -> None:
    import_module("waitress").serve(
        import_module("booking.wsgi").app,
        sockets=[shared],
        threads=THREADS,
        connection_limit=CONNECTIONS,
        asyncore_use_poll=True,
        channel_timeout=30,
        max_request_body_size=LARGEST_BODY,
    )


def _hypercorn(shared: socket.socket) -> None:
    config = import_module("hypercorn.config").Config()
    config.bind = [f"fd://{shared.fileno()}"]
    config.read_timeout = 10
    wrapper = import_module("hypercorn.middleware").AsyncioWSGIMiddleware
    asgi = wrapper(import_module("booking.wsgi").app, LARGEST_BODY)
    serve = import_module("hypercorn.asyncio").serve

    async def run() -> None:
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(THREADS))
        await serve(asgi, config)

    asyncio.run(run())


def _uvicorn(shared: socket.socket) -> None:
    asgi = import_module("a2wsgi").WSGIMiddleware(
        import_module("booking.wsgi").app, workers=THREADS
    )
    module = import_module("uvicorn")
    config = module.Config(asgi, access_log=False, lifespan="off", timeout_keep_alive=5)
    module.Server(config).run(sockets=[shared])


def _cheroot(shared: socket.socket) -> None:
    wsgi = import_module("cheroot.wsgi")
    server = wsgi.Server(
        (LOOPBACK, PORT), import_module("booking.wsgi").app, numthreads=THREADS, max=THREADS
    )
    server.timeout = 10
    server.reuse_port = True
    shared.close()
    server.safe_start()


def in_processes(serve: Callable[[socket.socket], None]) -> None:
    """Run one server several times over one socket until told to stop."""
    shared = socket.create_server((LOOPBACK, PORT), backlog=512, reuse_port=True)
    children = []
    for _ in range(PROCESSES):
        pid = os.fork()
        if not pid:
            serve(shared)
            return
        children.append(pid)

    def stop(*_: Any) -> None:
        for child in children:
            os.kill(child, signal.SIGTERM)

    signal.signal(signal.SIGTERM, stop)
    for child in children:
        os.waitpid(child, 0)


if __name__ == "__main__":
    globals()[sys.argv[1]]()
