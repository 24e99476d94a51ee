"""Telling open pages that something changed, by server-sent events."""

import asyncio

import aiohttp.web as web

SETTLE_SECONDS = 0.25
HEARTBEAT_SECONDS = 15.0


class PageStreams:
    """A counter of changes that pages can wait on."""

    def __init__(self) -> None:
        self._version = 0
        self._changed = asyncio.Event()
        self._stopping = False

    def changed(self) -> None:
        """Wake every page that waits."""
        self._version += 1
        self._changed.set()

    def stop(self) -> None:
        """End every stream, so that the server can stop at once."""
        self._stopping = True
        self._changed.set()

    async def stream(self, request: web.Request) -> web.StreamResponse:
        """Send the number of changes whenever it grew, at most four times a second."""
        response = web.StreamResponse(
            headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"}
        )
        await response.prepare(request)
        sent = self._version
        try:
            await response.write(b"retry: 1000\n\n")
            while not self._stopping:
                if self._version != sent:
                    sent = self._version
                    await response.write(b"data: %d\n\n" % sent)
                    await asyncio.sleep(SETTLE_SECONDS)
                    continue
                await self._wait(response)
        except (ConnectionResetError, asyncio.CancelledError):
            # The reader closed the page; there is nobody left to tell.
            pass
        return response

    async def _wait(self, response: web.StreamResponse) -> None:
        self._changed.clear()
        try:
            await asyncio.wait_for(self._changed.wait(), HEARTBEAT_SECONDS)
        except TimeoutError:
            await response.write(b": still here\n\n")
