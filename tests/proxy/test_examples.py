"""The examples of docs/proxy as they stand: only ports, files and certificates are put in."""

import os
import signal
import ssl
import time
from dataclasses import dataclass
from pathlib import Path

import pytest
from twilio.request_validator import RequestValidator

from booking.runtime import STATUS_PATH
from booking.web.visitor import IN_A_ROW
from launch.ports import free_port
from launch.programs import PROJECT
from tests.proxy.stand import MONITOR, NAME, Visitor, certificate, running, site
from tests.servers.proxies import NAMES
from tests.web.carrier import ACCOUNT, NEW
from tests.web.site import lay_tables

EXAMPLES = PROJECT / "docs/proxy"
TOKEN = "4bearer7token9of2a5patient"
MOST_SIGN_INS = 5


@dataclass
class Front:
    """A proxy with the site behind it."""

    name: str
    port: int
    plain_port: int
    folder: Path
    site_process: object

    @property
    def logs(self):
        time.sleep(0.3)
        found = [*self.folder.glob("*.log"), *self.folder.glob("*.out")]
        return "".join(path.read_text() for path in found if path.name != "site.log")


def put_in(example, **places):
    """Return an example with other words in some places; each must be there."""
    for old, new in places.values():
        assert old in example, old
        example = example.replace(old, new)
    return example


def nginx(folder, upstream, tls, plain):
    chain, key = certificate(folder)
    own = put_in(
        (EXAMPLES / "nginx.conf").read_text(),
        upstream=("server 127.0.0.1:8000;", f"server 127.0.0.1:{upstream};"),
        tls=("listen 443 ssl", f"listen 127.0.0.1:{tls} ssl"),
        plain=("listen 80;", f"listen 127.0.0.1:{plain};"),
        chain=("/etc/letsencrypt/live/clinic.example.org/fullchain.pem", str(chain)),
        key=("/etc/letsencrypt/live/clinic.example.org/privkey.pem", str(key)),
        logs=("/var/log/nginx/", f"{folder}/"),
    )
    (folder / "lupine.conf").write_text(own)
    temporary = "".join(
        f"{kind}_temp_path {folder}/{kind};\n"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (folder / "nginx.conf").write_text(
        f"daemon off;\npid {folder}/pid;\nuser {os.environ.get('USER', 'root')};\n"
        f"events {{}}\nhttp {{\n{temporary}include {folder}/lupine.conf;\n}}\n"
    )
    return ["-c", str(folder / "nginx.conf"), "-e", str(folder / "start.log")], {}


def caddy(folder, upstream, tls, plain):
    chain, key = certificate(folder)
    own = put_in(
        (EXAMPLES / "Caddyfile").read_text(),
        upstream=("reverse_proxy 127.0.0.1:8000", f"reverse_proxy 127.0.0.1:{upstream}"),
        options=(
            "\tservers {\n",
            f"\tadmin off\n\thttp_port {plain}\n\thttps_port {tls}\n\tservers {{\n",
        ),
        site=(
            "clinic.example.org {\n",
            f"clinic.example.org {{\n\tbind 127.0.0.1\n\ttls {chain} {key}\n",
        ),
        logs=("/var/log/caddy/", f"{folder}/"),
    )
    (folder / "Caddyfile").write_text(own)
    homes = {name: str(folder) for name in ("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME")}
    return ["run", "--config", str(folder / "Caddyfile"), "--adapter", "caddyfile"], homes


COMMANDS = {"nginx": nginx, "caddy": caddy}


@pytest.fixture(scope="module", params=NAMES)
def front(request, proxy_path, tmp_path_factory):
    program = proxy_path(request.param)
    folder = tmp_path_factory.mktemp(request.param)
    database = lay_tables(folder)
    with site(folder, database) as (upstream, process):
        tls, plain = free_port(), free_port()
        arguments, env = COMMANDS[request.param](folder, upstream, tls, plain)
        with running([str(program), *arguments], {**os.environ, **env}, folder / "proxy.out", tls):
            yield Front(request.param, tls, plain, folder, process)


def test_a_forwarding_header_of_the_visitors_own_gives_no_more_tries(front):
    visitor = Visitor(front.port, "127.1.0.1")
    forged = [
        {
            "X-Forwarded-For": f"198.51.100.{n}",
            "X-Real-IP": f"198.51.100.{n}",
            "Forwarded": f"for=198.51.100.{n}",
        }
        for n in range(MOST_SIGN_INS + 1)
    ]

    said = [visitor.sign_in_wrongly(**headers) for headers in forged]

    assert (said[0], said[-1]) == (401, 429)


def test_the_tries_of_one_visitor_are_not_those_of_another(front):
    first, second = Visitor(front.port, "127.1.0.2"), Visitor(front.port, "127.1.0.3")
    for _ in range(MOST_SIGN_INS + 1):
        said = first.sign_in_wrongly()

    assert said == 429
    assert second.sign_in_wrongly() == 401


def test_the_site_finds_nothing_wrong_with_the_proxy(front):
    visitor = Visitor(front.port, "127.1.0.4")
    for _ in range(IN_A_ROW + 1):
        assert visitor.ask("GET", "/privacy")[0] == 200

    told = visitor.ask("GET", "/healthz", headers={"Authorization": f"Bearer {MONITOR}"})[2]
    assert "mail_away" in told, "the monitor learns what is wrong"
    assert "proxy_" not in told


def test_the_carriers_signature_holds_through_the_proxy(front):
    path = f"{STATUS_PATH}?message=00000000-0000-4000-8000-000000000000&note=a%2Fb+c%20d"
    form = {"AccountSid": ACCOUNT, "MessageSid": "SM" + "1" * 32, "MessageStatus": "delivered"}
    signature = RequestValidator(NEW).compute_signature(f"https://{NAME}{path}", form)
    carrier = Visitor(front.port, "127.1.0.5")

    assert carrier.ask("POST", path, form, {"X-Twilio-Signature": signature})[0] == 204
    assert carrier.ask("POST", path, form, {"X-Twilio-Signature": "wrong"})[0] == 403


def test_figures_are_not_for_those_who_come_through_the_proxy(front):
    assert Visitor(front.port, "127.0.0.1").ask("GET", "/metrics")[0] == 403


def test_half_a_form_keeps_nobody_waiting(front):
    head = f"POST /holds HTTP/1.1\r\nHost: {NAME}\r\nContent-Length: 1000\r\n\r\nhalf"
    lines = [Visitor(front.port, "127.1.0.6").connect() for _ in range(30)]
    try:
        for line in lines:
            line.sendall(head.encode())
        began = time.monotonic()
        assert Visitor(front.port, "127.1.0.7").ask("GET", "/livez")[0] == 200
        assert time.monotonic() - began < 1
    finally:
        for line in lines:
            line.close()


def test_what_is_far_too_large_is_refused(front):
    visitor = Visitor(front.port, "127.1.0.8")
    line = visitor.connect()
    line.sendall(
        f"POST /holds HTTP/1.1\r\nHost: {NAME}\r\nContent-Length: 9999999\r\n\r\n".encode()
    )
    if front.name == "caddy":  # it looks at the size as it reads
        try:
            for _ in range(600):
                line.sendall(b"x" * 1024)
        except (OSError, ssl.SSLError):
            line.close()
            return
    heard = line.recv(4096)
    line.close()

    assert heard.split(b" ")[1] in {b"413", b"400", b"502"}


def test_whoever_comes_without_tls_is_sent_to_it(front):
    status, headers, _ = Visitor(front.port, "127.1.0.9").ask(
        "GET", "/evidence", port=front.plain_port
    )

    assert status == 308
    assert headers["Location"].startswith(f"https://{NAME}")
    assert headers["Location"].endswith("/evidence")


def test_pages_go_compressed_and_only_as_the_site_decides(front):
    visitor = Visitor(front.port, "127.1.0.10")
    gzip = {"Accept-Encoding": "gzip"}

    assert visitor.ask("GET", "/", headers=gzip)[1]["Content-Encoding"] == "gzip"
    visitor.cookie = "__Host-lupine=x"
    crossing = {**gzip, "Sec-Fetch-Site": "cross-site"}
    assert visitor.ask("GET", "/", headers=crossing)[1]["Content-Encoding"] is None


def test_no_link_is_in_any_log_of_the_proxy_even_when_the_site_is_away(front):
    visitor = Visitor(front.port, "127.1.0.11")

    def open_links():
        for path in ("a", "c", "holds", "A", "a/", "nowhere", "staff/../a"):
            visitor.ask("GET", f"/{path}/{TOKEN}?from={TOKEN}", headers={"Referer": TOKEN})
            visitor.ask("GET", f"/{path}/{TOKEN}", port=front.plain_port)
        visitor.ask("POST", f"/a/{TOKEN}/cancel", {"note": TOKEN})
        visitor.ask("GET", f"/{TOKEN}")
        return visitor.ask("GET", f"/a/{TOKEN}")[0]

    assert open_links() == 404
    front.site_process.send_signal(signal.SIGTERM)
    front.site_process.wait(15)
    assert open_links() == 502

    logs = front.logs
    assert "127.1.0.11" in logs, "the requests are logged"
    assert TOKEN not in logs
