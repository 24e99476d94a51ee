"""The website on a port of its own."""

from contextlib import contextmanager
from threading import Thread

from werkzeug.serving import make_server

from booking.kit.db import db


@contextmanager
def serving(make):
    """Serve an app that `make` makes of its own address; yields the app and that address.

    By name, because a passkey belongs to a name and never to a number.
    """
    apps = []

    def answer(environ, start_response):
        return apps[0](environ, start_response)

    server = make_server("127.0.0.1", 0, answer, threaded=True)
    address = f"http://localhost:{server.server_port}"
    app = make(address)
    apps.append(app)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield app, address
    server.shutdown()
    thread.join()
    server.server_close()
    with app.app_context():
        db.engine.dispose()
