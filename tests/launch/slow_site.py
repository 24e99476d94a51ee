"""A site under the web worker, with deadlines short enough for a test to wait for."""

import time

from launch.web_worker import WebWorker


class Hasty(WebWorker):
    """The site's worker in a hurry."""

    IDLE_S = 1.0
    HEAD_S = 1.5
    BODY_S = 2.0
    ANSWER_S = 4.0
    LEAVING_S = 0.5
    MOST_KEPT = 2_000_000


def app(environ, start_response):
    """Answer with what was sent; /slow takes a second, /large gives more than sockets hold."""
    body = environ["wsgi.input"].read()
    path = environ["PATH_INFO"]
    if path == "/slow":
        time.sleep(1)
    answer = b"x" * 2_000_000 if path == "/large" else path.encode() + b" " + body
    start_response("200 OK", [("Content-Length", str(len(answer)))])
    return [answer]
