"""The site under its own server, a proxy of docs/proxy in front, and visitors with addresses."""

import http.client
import os
import re
import signal
import socket
import ssl
import subprocess
import sys
import time
from contextlib import contextmanager
from datetime import timedelta
from urllib.parse import urlencode

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from booking.kit.clock import WallClock
from launch.ports import LOOPBACK, free_port
from launch.programs import PROJECT
from tests.build.settings import FIELD_KEY
from tests.web.carrier import ACCOUNT, NEW

NAME = "clinic.example.org"
READY_S = 30
MONITOR = "a-token-for-the-monitor-0123456789abcdef"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def settings(folder, database):
    """Return the environment of a site behind one proxy on this machine."""
    return {
        **{name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ},
        "DATABASE_URL": f"sqlite:///{database}",
        "DATA_DIR": str(folder),
        "PUBLIC_BASE_URL": f"https://{NAME}",
        "TRUSTED_PROXIES": "127.0.0.1/32",
        "SECRET_KEYS": "a-secret-of-these-tests-only-0123456789",
        "FIELD_KEYS": FIELD_KEY,
        "CLINIC_NAME": "Lavender Row",
        "CLINIC_PHONE": "+1 212 555 0100",
        "TWILIO_ACCOUNT_SID": ACCOUNT,
        "TWILIO_AUTH_TOKENS": NEW,
        "TWILIO_FROM": "+15005550006",
        "SMTP_URL": "smtp://127.0.0.1:9",
        "MAIL_FROM": "hello@example.org",
        "METRICS_TOKEN": MONITOR,
    }


@contextmanager
def site(folder, database):
    """Serve the site as production does, and yield its port and its process."""
    port = free_port()
    conf = str(PROJECT / "launch/gunicorn_conf.py")
    with running(
        [sys.executable, "-m", "gunicorn", "-c", conf, "booking.wsgi:app"],
        {**settings(folder, database), "PORT": str(port)},
        folder / "site.log",
        port,
    ) as process:
        yield port, process


@contextmanager
def running(argv, env, log, port):
    """Run a program until the block ends; it is there when its port answers."""
    with log.open("wb") as output:
        process = subprocess.Popen(argv, cwd=PROJECT, env=env, stdout=output, stderr=output)
    try:
        until = time.monotonic() + READY_S
        while not _listens(port):
            if process.poll() is not None or time.monotonic() > until:
                raise TimeoutError(log.read_text())
            time.sleep(0.05)
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(15)


def certificate(folder):
    """Make a certificate for the clinic's name; return its file and its key's."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    today = WallClock().now()
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(today - timedelta(days=1))
        .not_valid_after(today + timedelta(days=2))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    chain, private = folder / "chain.pem", folder / "key.pem"
    chain.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return chain, private


class Visitor:
    """Somebody at an address of their own, who keeps a cookie and a form's token."""

    def __init__(self, port, address):
        self.port = port
        self.address = address
        self.cookie = ""
        self.token = ""

    def connect(self, port=None):
        """Open a line to the proxy, with TLS unless another port is named."""
        line = socket.create_connection(
            (LOOPBACK, port or self.port), timeout=20, source_address=(self.address, 0)
        )
        if port:
            return line
        context = ssl.create_default_context()
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        return context.wrap_socket(line, server_hostname=NAME)

    def ask(self, method, path, fields=None, headers=None, *, port=None):
        """Ask for a page; return its status, its headers and its text."""
        connection = http.client.HTTPConnection(NAME)
        connection.sock = self.connect(port)
        sent = {"Cookie": self.cookie, **(FORM if fields else {}), **(headers or {})}
        connection.request(method, path, urlencode(fields) if fields else None, sent)
        answer = connection.getresponse()
        text = answer.read().decode(errors="replace")
        connection.close()
        self.cookie = (answer.headers.get("Set-Cookie") or self.cookie).split(";")[0]
        found = re.search(r'name="csrf_token" value="([^"]+)"', text)
        self.token = found[1] if found else self.token
        return answer.status, answer.headers, text

    def sign_in_wrongly(self, **headers):
        """Try to sign in as nobody; return the status."""
        if not self.token:
            self.ask("GET", "/staff/sign-in")
        fields = {"csrf_token": self.token, "email": f"{self.address}@e.org", "password": "wrong"}
        return self.ask("POST", "/staff/sign-in", fields, headers)[0]


def _listens(port):
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((LOOPBACK, port)) == 0
