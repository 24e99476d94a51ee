"""The simulator under test, with a clinic's server that writes down what it is posted."""

import asyncio
import threading
import time
from urllib.parse import parse_qsl

import requests
from aiohttp import web
from twilio.http.async_http_client import AsyncTwilioHttpClient
from twilio.http.http_client import TwilioHttpClient
from twilio.request_validator import RequestValidator
from twilio.rest import Client

from simulator.app import Sandbox
from simulator.settings import Settings

ACCOUNT = "AC" + "a1" * 16
TOKENS = ("new-token", "old-token")
CLINIC = "+15005550006"
TWILIO = "https://api.twilio.com"


class Redirected(TwilioHttpClient):
    """Twilio's own HTTP client, sent to the simulator."""

    def __init__(self, base_url):
        super().__init__(timeout=5)
        self._base_url = base_url

    def request(self, method, url, *args, **kwargs):
        return super().request(method, url.replace(TWILIO, self._base_url), *args, **kwargs)


class AsyncRedirected(AsyncTwilioHttpClient):
    """Twilio's own asynchronous HTTP client, sent to the simulator."""

    def __init__(self, base_url):
        super().__init__(timeout=5)
        self._base_url = base_url

    async def request(self, method, url, *args, **kwargs):
        return await super().request(method, url.replace(TWILIO, self._base_url), *args, **kwargs)


class ClinicServer:
    """Takes webhooks, checks their signature with Twilio's validator, answers as told."""

    def __init__(self):
        self.posts = []
        self.answers = {}
        self.twiml = {}
        self.base_url = ""

    async def start(self):
        app = web.Application()
        app.router.add_post("/hooks/{name}", self._take)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.base_url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    async def stop(self):
        await self._runner.cleanup()

    async def _take(self, request):
        params = dict(parse_qsl(await request.text(), keep_blank_values=True))
        url = self.base_url + request.raw_path
        signed = RequestValidator(TOKENS[0]).validate(
            url, params, request.headers.get("X-Twilio-Signature", "")
        )
        self.posts.append({"path": request.raw_path, "signed": signed, **params})
        phone = params["To"] if "MessageStatus" in params else params["From"]
        answers = self.answers.get(phone, [])
        status = answers.pop(0) if answers else 200
        if status is None:
            request.transport.abort()
        return web.Response(
            status=status or 200, text=self.twiml.get(phone, ""), content_type="text/xml"
        )


class World:
    """A simulator and a clinic's server, running in a thread of their own."""

    def __init__(self, folder, **settings):
        self._folder = folder
        self._settings = settings
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self._thread.start()
        self.clinic = ClinicServer()
        self.run(self.clinic.start())
        self.start()

    def run(self, work):
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(10)

    def start(self):
        settings = Settings(
            **{
                "data_dir": self._folder,
                "account_sid": ACCOUNT,
                "auth_tokens": TOKENS,
                "clinic_number": CLINIC,
                "inbound_url": f"{self.clinic.base_url}/hooks/inbound",
                "port": 0,
                "smtp_port": 0,
                "sent_after": 0.01,
                "delivered_after": 0.01,
                "retry_after": 0.01,
                **self._settings,
            }
        )
        self.sandbox = Sandbox(settings)
        self.run(self.sandbox.start())
        self.base_url = self.sandbox.base_url
        self.twilio = Client(ACCOUNT, TOKENS[0], http_client=Redirected(self.base_url))

    def stop(self):
        self.run(self.sandbox.stop())

    def close(self):
        self.stop()
        self.run(self.clinic.stop())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join(5)
        self.loop.close()

    # -- what tests do ---------------------------------------------------------

    def callback_url(self, query=""):
        return f"{self.clinic.base_url}/hooks/status{query}"

    def text(self, to, body="See you at ten.", **details):
        return self.twilio.messages.create(to=to, from_=CLINIC, body=body, **details)

    def post_create(self, auth=(ACCOUNT, TOKENS[0]), **params):
        return requests.post(self.messages_url(), data=params, auth=auth, timeout=5)

    def post_update(self, sid, **params):
        url = self.messages_url().replace(".json", f"/{sid}.json")
        return requests.post(url, data=params, auth=(ACCOUNT, TOKENS[0]), timeout=5)

    def messages_url(self):
        return f"{self.base_url}/2010-04-01/Accounts/{ACCOUNT}/Messages.json"

    def get(self, path, **params):
        return requests.get(self.base_url + path, params=params, timeout=5)

    def faults(self, *faults, **more):
        answer = requests.put(
            f"{self.base_url}/control/faults", json={"faults": faults, **more}, timeout=5
        )
        assert answer.status_code == 200, answer.text
        return answer.json()

    def reply(self, sender, body, **more):
        wish = {"from": sender, "body": body, **more}
        return requests.post(f"{self.base_url}/control/inbound", json=wish, timeout=5).json()

    def ledger(self, to, kind=None):
        rows = self.get("/ledger", to=to).json()
        return [row for row in rows if kind is None or row["kind"] == kind]

    def callbacks(self, to):
        return [
            post for post in self.clinic.posts if post.get("To") == to and "MessageStatus" in post
        ]

    def statuses(self, to):
        return [post["MessageStatus"] for post in self.callbacks(to)]

    def inbound(self, sender):
        return [post for post in self.clinic.posts if post["From"] == sender]

    @staticmethod
    def until(condition, seconds=10.0):
        end = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < end, "it did not come true in time"
            time.sleep(0.005)
