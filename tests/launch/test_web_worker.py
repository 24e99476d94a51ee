"""The web worker as gunicorn runs it, straight at its port: no proxy stands in between."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest

from launch.ports import free_port
from launch.programs import PROJECT

THREADS = 4
MOST = 60
SOON_S = 1.0
BODY = b"POST /holds HTTP/1.1\r\nHost: clinic\r\nContent-Length: 1000\r\n\r\n"
HEAD = b"GET /a/secret-token HTTP/1.1\r\nHost: clinic\r\nX-Slow: "


class Site:
    """One gunicorn with one process and a few threads."""

    def __init__(self, folder):
        self.port = free_port()
        self.log = folder / "web.log"
        conf = str(PROJECT / "launch/gunicorn_conf.py")
        options = ["--worker-class", "tests.launch.slow_site.Hasty"]
        options += ["--worker-connections", str(MOST), "tests.launch.slow_site:app"]
        env = {
            **os.environ,
            "PORT": str(self.port),
            "WEB_THREADS": str(THREADS),
            "DATA_DIR": str(folder),
        }
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "gunicorn", "-c", conf, *options],
                cwd=PROJECT,
                env=env,
                stdout=log,
                stderr=log,
            )
        until = time.monotonic() + 20
        while time.monotonic() < until:
            try:
                self.get("/ready")
            except OSError:
                time.sleep(0.05)
            else:
                return
        raise TimeoutError(self.log.read_text())

    def connect(self, words=b""):
        """Open a connection and say something."""
        line = socket.create_connection(("127.0.0.1", self.port), timeout=10)
        line.sendall(words)
        return line

    def get(self, path):
        """Ask for a page on a connection of its own; return it and how long it took."""
        began = time.monotonic()
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        connection.request("GET", path)
        answer = connection.getresponse().read()
        connection.close()
        return answer, time.monotonic() - began

    def stop(self):
        self.process.terminate()
        return self.process.wait(15)


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    running = Site(tmp_path_factory.mktemp("site"))
    yield running
    assert running.stop() == 0


@contextmanager
def crowd(site, words, count):
    """Keep so many clients at a site that have said something and say no more."""
    lines = [site.connect(words) for _ in range(count)]
    try:
        yield lines
    finally:
        for line in lines:
            line.close()


def said(line):
    """Return everything that comes over a line until the other side hangs up."""
    heard = b""
    try:
        while piece := line.recv(65536):
            heard += piece
    except ConnectionResetError:
        pass
    line.close()
    return heard


@pytest.mark.parametrize("words", [HEAD, BODY, BODY + b"half of it", b""])
def test_half_a_request_keeps_nobody_waiting(site, words):
    with crowd(site, words, MOST // 2):
        for _ in range(5):
            assert site.get("/livez")[1] < SOON_S


@pytest.mark.parametrize(
    ("words", "answer", "within"), [(HEAD, b" 408 ", 3), (BODY, b" 408 ", 4), (b"", b"", 3)]
)
def test_and_has_a_deadline_however_it_dribbles(site, words, answer, within):
    line = site.connect(words)
    line.settimeout(0.1)
    began, heard = time.monotonic(), None
    while heard is None:
        assert time.monotonic() - began < within
        if words:
            line.send(b"x")
        try:
            heard = line.recv(65536)
        except TimeoutError:
            continue
    line.close()

    assert answer in heard


def test_a_full_house_lets_newcomers_in_and_sends_the_longest_waiting_away(site):
    with crowd(site, HEAD, MOST * 3):
        for _ in range(5):
            assert site.get("/livez")[1] < SOON_S


LARGE = b"GET /large HTTP/1.1\r\nHost: clinic\r\n\r\n"


def slow_reader(site, words):
    """Return a line that has asked, and takes in little at a time."""
    line = socket.socket()
    line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
    line.settimeout(10)
    line.connect(("127.0.0.1", site.port))
    line.sendall(words)
    return line


@pytest.mark.parametrize("asked_at_once", [1, 20])
def test_clients_that_do_not_read_their_answer_hold_no_thread(site, asked_at_once):
    lines = [slow_reader(site, LARGE * asked_at_once) for _ in range(THREADS * 3)]
    until = time.monotonic() + 3
    while time.monotonic() < until:
        assert site.get("/livez")[1] < SOON_S
        for line in lines:
            line.recv(100)
    for line in lines:
        line.close()


def test_a_client_that_reads_late_gets_all_of_every_answer(site):
    last = LARGE.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")
    line = site.connect(LARGE * 2 + last)
    time.sleep(1)

    heard = said(line)

    assert heard.count(b"HTTP/1.1 200 OK") == 3
    assert heard.count(b"x") >= 3 * 2_000_000


def test_one_that_never_reads_is_hung_up_on(site):
    line = slow_reader(site, LARGE * 5)
    time.sleep(5.5)

    assert len(said(line)) < 5 * 2_000_000


def test_what_is_kept_for_clients_has_an_end_and_whoever_has_most_goes_first(site):
    half = b"POST /mine HTTP/1.1\r\nHost: c\r\nConnection: close\r\nContent-Length: 2\r\n\r\nh"
    much = b"POST / HTTP/1.1\r\nHost: c\r\nContent-Length: 500000\r\n\r\n" + b"x" * 400_000
    line = site.connect(half)
    with crowd(site, much, 20) as lines:
        for one in lines:
            one.setblocking(False)
        time.sleep(0.5)
        gone = sum(has_ended(one) for one in lines)
        line.sendall(b"i")

        assert 12 < gone < 18
        assert said(line).endswith(b"/mine hi")


def has_ended(line):
    """Whether the other side has hung up."""
    try:
        return not line.recv(1)
    except BlockingIOError:
        return False
    except ConnectionResetError:
        return True


def test_clients_that_do_not_hang_up_after_their_answer_hold_up_nobody(site):
    with crowd(site, b"GET /livez HTTP/1.0\r\n\r\n", MOST // 2):
        assert site.get("/livez")[1] < SOON_S


def test_pages_come_one_after_the_other_on_one_connection_even_when_asked_for_at_once(site):
    one = b"POST /%d HTTP/1.1\r\nHost: clinic\r\nContent-Length: 2\r\n\r\nhi"
    last = b"GET /last HTTP/1.1\r\nHost: clinic\r\nConnection: close\r\n\r\n"

    heard = said(site.connect(b"".join(one % n for n in range(5)) + last))

    assert [heard.count(b"/%d hi" % n) for n in range(5)] == [1] * 5
    assert heard.endswith(b"/last ")


def test_a_request_in_single_bytes_is_read_as_one(site):
    line = site.connect()
    line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    request = b"POST /bytes HTTP/1.1\r\nHost: c\r\nConnection: close\r\nContent-Length: 2\r\n\r\nhi"
    for byte in request:
        line.send(bytes([byte]))

    assert said(line).endswith(b"/bytes hi")


def test_a_client_that_waits_for_a_word_before_its_body_gets_it(site):
    line = site.connect(
        b"POST /word HTTP/1.1\r\nHost: c\r\nConnection: close\r\n"
        b"Expect: 100-continue\r\nContent-Length: 2\r\n\r\n"
    )

    assert line.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
    line.sendall(b"hi")
    assert said(line).endswith(b"/word hi")


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", b"400"),
        (b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", b"411"),
        (b"Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n", b"411"),
        (b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello", b"400"),
        (b"Content-Length: 9999999\r\n\r\n", b"413"),
        (b"X: " + b"y" * 40_000 + b"\r\n\r\n", b"431"),
        (b"X: y\r\n folded: yes\r\n\r\n", b"400"),
        (b"".join(b"X-%d: y\r\n" % n for n in range(100)) + b"\r\n", b"431"),
    ],
)
def test_a_request_that_is_too_large_or_could_be_read_in_two_ways_is_refused(site, words, status):
    heard = said(site.connect(b"POST /holds HTTP/1.1\r\nHost: clinic\r\n" + words))

    assert heard.startswith(b"HTTP/1.1 " + status)
    assert heard.count(b"HTTP/1.1") == 1


def test_a_header_with_an_underscore_is_not_taken_for_the_one_with_a_dash(site):
    asking = b"POST / HTTP/1.1\r\nHost: c\r\nConnection: close\r\nContent_Length: 5\r\n\r\nhello"

    assert said(site.connect(asking)).endswith(b"/ ")


@pytest.mark.parametrize(
    "header", [b"SCRIPT_NAME: /x", b"SCRIPT_NAME: /page", b"PATH_INFO: /x", b"X-Forwarded-Ssl: on"]
)
def test_no_header_moves_a_page_or_breaks_it(site, header):
    asking = b"GET /page HTTP/1.1\r\nHost: c\r\nX-Forwarded-Proto: http\r\nConnection: close\r\n"
    heard = said(site.connect(asking + header + b"\r\n\r\n"))

    assert heard.startswith(b"HTTP/1.1 200 ")
    assert heard.endswith(b"/page ")


def test_the_log_holds_no_address_and_no_path_of_whoever_asked_wrongly(site):
    assert b" 400 " in said(site.connect(b"GET /a/secret-token HTTP/9.9\r\nHost: c\r\n\r\n"))

    log = site.log.read_text()
    assert "a request that is no HTTP was refused" in log
    assert "secret-token" not in log
    assert "127.0.0.1 " not in log


def test_a_stop_finishes_what_is_in_hand_and_waits_for_nobody_who_dribbles(tmp_path):
    site = Site(tmp_path)
    with crowd(site, HEAD, 20), crowd(site, b"", 20), ThreadPoolExecutor(1) as pool:
        slow = pool.submit(site.get, "/slow")
        time.sleep(0.3)
        began = time.monotonic()
        site.process.send_signal(signal.SIGTERM)
        assert site.process.wait(15) == 0
        assert time.monotonic() - began < 7
        assert slow.result()[0] == b"/slow "
